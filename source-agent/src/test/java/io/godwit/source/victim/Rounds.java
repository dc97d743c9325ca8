package io.godwit.source.victim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.godwit.image.pages.DirectorySnapshot;
import io.godwit.image.pages.HolePuncher;
import io.godwit.image.pages.PageIndex;
import io.godwit.image.pages.PagemapId;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.Vma;
import io.godwit.source.collect.VmaKind;
import io.godwit.source.dump.DumpedMemory;
import io.godwit.source.dump.PageDumper;
import io.godwit.source.dump.Sharing;
import io.godwit.source.freeze.FrozenTree;
import io.godwit.source.freeze.TreeFreezer;
import io.godwit.source.track.MemoryTracker;
import io.godwit.source.track.Pass;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Rounds of one process's memory into a chain of snapshots, and the judge of the last: the memory itself. */
public final class Rounds {
    private static final int PAGE = 4096;

    private final int pid;
    private final Path directory;
    private final Trackers trackers;
    private final PageDumper dumper = new PageDumper();
    private int count;

    /** Gives the tracker for a round. */
    public interface Trackers {
        MemoryTracker get() throws IOException;
    }

    public Rounds(int pid, MemoryTracker tracker, Path directory) {
        this(pid, () -> tracker, directory);
    }

    public Rounds(int pid, Trackers trackers, Path directory) {
        this.pid = pid;
        this.trackers = trackers;
        this.directory = directory;
    }

    /** A round while the process runs. */
    public PageDumper.Counts live() throws IOException {
        return live(ProcDirectory.process(pid).maps());
    }

    /** A round by a list of mappings that may be out of date. */
    public PageDumper.Counts live(List<Vma> maps) throws IOException {
        return round(maps, Pass.RUNNING);
    }

    /** A round while the process stands still, after which it runs on and is tracked on. */
    public PageDumper.Counts frozen() throws IOException {
        try (FrozenTree tree = TreeFreezer.freeze(pid)) {
            return round(ProcDirectory.process(tree.root().pid()).maps(), Pass.FROZEN);
        }
    }

    /** The last round, and the comparison of each page of the process with what a restore would see. */
    public PageDumper.Counts lastIsRight() throws IOException {
        try (FrozenTree tree = TreeFreezer.freeze(pid)) {
            List<Vma> maps = ProcDirectory.process(tree.root().pid()).maps();
            PageDumper.Counts counts = round(maps, Pass.LAST);
            assertEquals(List.of(), wrongPages(maps));
            return counts;
        }
    }

    private PageDumper.Counts round(List<Vma> maps, Pass pass) throws IOException {
        Optional<Path> parent = count == 0 ? Optional.empty() : Optional.of(Path.of("../" + (count - 1)));
        Path round = Files.createDirectory(directory.resolve(String.valueOf(count++)));
        try (DirectorySnapshot snapshot = DirectorySnapshot.create(round, parent, HolePuncher.NONE)) {
            PageDumper.Counts counts =
                    dumper.dumpProcess(DumpedMemory.of(pid, maps, Sharing.ALONE), trackers.get(), pass, snapshot);
            snapshot.finish();
            return counts;
        }
    }

    private List<String> wrongPages(List<Vma> maps) throws IOException {
        Map<Long, byte[]> image = image();
        List<String> wrong = new ArrayList<>();
        try (RandomAccessFile mem = new RandomAccessFile("/proc/" + pid + "/mem", "r")) {
            for (Vma vma : maps) {
                if (!VmaKind.of(vma).privatePages()) {
                    continue;
                }
                for (long at = vma.start(); at < vma.end(); at += PAGE) {
                    byte[] restored = image.remove(at);
                    byte[] expected = read(mem, at);
                    byte[] seen = restored != null ? restored : underneath(vma, at);
                    if (expected != null && !Arrays.equals(expected, seen) || expected == null && restored != null) {
                        wrong.add(Long.toHexString(at) + " in " + vma + ": is " + text(expected) + ", restored "
                                + text(seen) + (restored == null ? " (not in the image)" : ""));
                    }
                }
            }
        }
        image.keySet().forEach(at -> wrong.add(Long.toHexString(at) + " is in the image and in no mapping"));
        return wrong;
    }

    private Map<Long, byte[]> image() throws IOException {
        Map<Long, byte[]> pages = new TreeMap<>();
        Path last = directory.resolve(String.valueOf(count - 1));
        for (PageIndex.Extent extent :
                PageIndex.load(last, new PagemapId(PagemapId.Kind.TASK, pid)).extents()) {
            try (RandomAccessFile file = new RandomAccessFile(extent.pagesFile().toFile(), "r")) {
                for (long i = 0; i < extent.nrPages(); i++) {
                    byte[] page = new byte[PAGE];
                    file.seek(extent.offset() + i * PAGE);
                    file.readFully(page);
                    pages.put(extent.vaddr() + i * PAGE, page);
                }
            }
        }
        return pages;
    }

    private byte[] underneath(Vma vma, long at) throws IOException {
        byte[] page = new byte[PAGE];
        if (VmaKind.of(vma).fileUnderneath()) {
            String path = "/proc/" + pid + "/map_files/" + vma.mapFile();
            try (RandomAccessFile file = new RandomAccessFile(path, "r")) {
                file.seek(vma.offset() + at - vma.start());
                int filled = 0;
                for (int n = 0; n >= 0 && filled < PAGE; filled += Math.max(n, 0)) {
                    n = file.read(page, filled, PAGE - filled);
                }
            }
        }
        return page;
    }

    /** Null for a page that can not be read, such as one beyond the end of its file. */
    private static byte[] read(RandomAccessFile mem, long at) throws IOException {
        byte[] page = new byte[PAGE];
        mem.seek(at);
        try {
            mem.readFully(page);
            return page;
        } catch (IOException e) {
            return null;
        }
    }

    private static String text(byte[] page) {
        if (page == null) {
            return "unreadable";
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 16; i++) {
            text.append(page[i] >= ' ' && page[i] < 127 ? (char) page[i] : '~');
        }
        return text.toString();
    }
}
