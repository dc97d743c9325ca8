package io.godwit.source.collect;

import io.godwit.image.proto.FdTypes;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.TimerfdEntry;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** timerfd_create(2): clock, time left, interval and ticks not read yet. */
final class TimerFdCollector implements FileCollector {
    private static final Pattern PAIR = Pattern.compile("\\((\\d+), (\\d+)\\)");

    @Override
    public boolean accepts(OpenFile file) {
        return file.anonymous("timerfd");
    }

    @Override
    public void collect(OpenFile file, FileEntry.Builder entry) throws IOException {
        Matcher left = pair(file, "it_value");
        Matcher interval = pair(file, "it_interval");
        entry.setType(FdTypes.TIMERFD)
                .setTfd(TimerfdEntry.newBuilder()
                        .setId(entry.getId())
                        .setFlags(file.flags())
                        .setFown(file.owner())
                        .setClockid(Integer.parseInt(field(file, "clockid")))
                        .setTicks(Long.parseLong(field(file, "ticks")))
                        .setSettimeFlags(Integer.parseInt(field(file, "settime flags"), 8))
                        .setVsec(Long.parseLong(left.group(1)))
                        .setVnsec(Long.parseLong(left.group(2)))
                        .setIsec(Long.parseLong(interval.group(1)))
                        .setInsec(Long.parseLong(interval.group(2))));
    }

    private static Matcher pair(OpenFile file, String name) throws IOException {
        Matcher matcher = PAIR.matcher(field(file, name));
        if (!matcher.matches()) {
            throw new IOException(file.describe() + ": its fdinfo has a line " + name + " of unknown form");
        }
        return matcher;
    }

    private static String field(OpenFile file, String name) throws IOException {
        return file.info()
                .value(name)
                .orElseThrow(() -> new IOException(file.describe() + ": its fdinfo has no line " + name));
    }
}
