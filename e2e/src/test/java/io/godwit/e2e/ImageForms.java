package io.godwit.e2e;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.godwit.image.ImageEncoder;
import io.godwit.image.ImageKind;
import io.godwit.image.proto.CoreEntry;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.InventoryEntry;
import io.godwit.image.proto.MmEntry;
import io.godwit.image.proto.PagemapEntry;
import io.godwit.image.proto.PagemapHead;
import io.godwit.image.proto.RemapFilePathEntry;
import io.godwit.image.proto.RemapType;
import io.godwit.image.proto.TaskCoreEntry;
import io.godwit.image.proto.TaskTimersEntry;
import io.godwit.image.show.ImageEntry;
import io.godwit.image.show.ImageFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Rewrites the images of a dump in the forms that other versions gave them. */
final class ImageForms {
    private static final int PAGE = 4096;
    private static final int LAZY = 2;
    private static final int PRESENT = 4;
    private static final int WORD = 4;
    private static final int GHOST_BIT = 1 << 31;

    /** Which image the entries of files.img had before there was one for all, by field. */
    private static final Map<Integer, ImageKind> SEPARATE = Map.ofEntries(
            Map.entry(FileEntry.REG_FIELD_NUMBER, ImageKind.REG_FILES),
            Map.entry(FileEntry.ISK_FIELD_NUMBER, ImageKind.INETSK),
            Map.entry(FileEntry.USK_FIELD_NUMBER, ImageKind.UNIXSK),
            Map.entry(FileEntry.EFD_FIELD_NUMBER, ImageKind.EVENTFD_FILE),
            Map.entry(FileEntry.EPFD_FIELD_NUMBER, ImageKind.EVENTPOLL_FILE),
            Map.entry(FileEntry.SGFD_FIELD_NUMBER, ImageKind.SIGNALFD),
            Map.entry(FileEntry.TFD_FIELD_NUMBER, ImageKind.TIMERFD),
            Map.entry(FileEntry.PIPE_FIELD_NUMBER, ImageKind.PIPES),
            Map.entry(FileEntry.FIFO_FIELD_NUMBER, ImageKind.FIFO));

    private final Path directory;

    private ImageForms(Path directory) {
        this.directory = directory;
    }

    /** As CRIU 4.2 has it: the count of pages is in the new field alone. */
    static void newest(Path directory) throws IOException {
        ImageForms forms = new ImageForms(directory);
        for (Path pagemap : forms.files("pagemap-")) {
            forms.pagemap(
                    pagemap, entry -> entry.toBuilder().setCompatNrPages(0).build());
        }
    }

    /** As CRIU up to 4.1 has it: the count of pages is in the old field alone. */
    static void before42(Path directory) throws IOException {
        ImageForms forms = new ImageForms(directory);
        for (Path pagemap : forms.files("pagemap-")) {
            forms.pagemap(pagemap, entry -> entry.toBuilder().clearNrPages().build());
        }
    }

    /**
     * As the first versions had it: no magic number for all images, an image for each kind of file, and for all that is in the
     * core now; every second run of pages in a parent that an old field tells of.
     */
    static void oldest(Path directory, Path parent) throws IOException {
        ImageForms forms = new ImageForms(directory);
        Files.createDirectories(parent);
        for (Path pagemap : forms.files("pagemap-")) {
            forms.splitPages(pagemap, parent);
        }
        Files.createSymbolicLink(directory.resolve("parent"), parent);
        forms.splitFiles();
        for (Path core : forms.files("core-")) {
            forms.splitCore(core);
        }
        for (Path mm : forms.files("mm-")) {
            MmEntry memory = (MmEntry) forms.messages(mm).get(0);
            forms.write(ImageKind.VMAS, id(mm), memory.getVmasList());
            forms.write(
                    ImageKind.MM, id(mm), List.of(memory.toBuilder().clearVmas().build()));
        }
        forms.untypedRemaps();
        forms.firstVersion();
    }

    private interface Change {
        PagemapEntry of(PagemapEntry entry);
    }

    private void pagemap(Path file, Change change) throws IOException {
        List<Message> entries = new ArrayList<>();
        for (Message entry : messages(file)) {
            entries.add(entry instanceof PagemapEntry run ? change.of(run) : entry);
        }
        Files.write(file, ImageEncoder.encode(ImageKind.PAGEMAP, entries));
    }

    /** The parent gets all of it, the child's file keeps the runs with even numbers. */
    private void splitPages(Path file, Path parent) throws IOException {
        List<Message> entries = messages(file);
        Path pages = directory.resolve(ImageKind.PAGES.fileName(((PagemapHead) entries.get(0)).getPagesId()));
        Files.copy(file, parent.resolve(file.getFileName()));
        Files.copy(pages, parent.resolve(pages.getFileName()));
        byte[] content = Files.readAllBytes(pages);
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        int at = 0;
        for (int i = 1; i < entries.size(); i++) {
            PagemapEntry run = (PagemapEntry) entries.get(i);
            int bytes = (int) run.getNrPages() * PAGE;
            PagemapEntry.Builder old = run.toBuilder().clearNrPages().clearFlags();
            if (i % 2 == 0) {
                kept.write(content, at, bytes);
            } else {
                old.setInParent(true);
            }
            if ((run.getFlags() & ~LAZY) != PRESENT) {
                throw new IOException(file + " is not of a full dump: " + run);
            }
            entries.set(i, old.build());
            at += bytes;
        }
        Files.write(pages, kept.toByteArray());
        Files.write(file, ImageEncoder.encode(ImageKind.PAGEMAP, entries));
    }

    /** Kinds that are younger than files.img leave no choice but to keep it. */
    private void splitFiles() throws IOException {
        Path files = directory.resolve(ImageKind.FILES.fileName());
        Map<ImageKind, List<Message>> kinds = new EnumMap<>(ImageKind.class);
        for (Message entry : messages(files)) {
            Map.Entry<FieldDescriptor, Object> file = entry.getAllFields().entrySet().stream()
                    .filter(field -> field.getValue() instanceof Message)
                    .findFirst()
                    .orElseThrow();
            ImageKind kind = SEPARATE.get(file.getKey().getNumber());
            if (kind == null) {
                return;
            }
            Message.Builder alone = ((Message) file.getValue()).toBuilder();
            if (kind == ImageKind.EVENTPOLL_FILE) {
                FieldDescriptor watched = alone.getDescriptorForType().findFieldByName("tfd");
                for (Object target : (List<?>) alone.getField(watched)) {
                    kinds.computeIfAbsent(ImageKind.EVENTPOLL_TFD, k -> new ArrayList<>())
                            .add((Message) target);
                }
                alone.clearField(watched);
            }
            kinds.computeIfAbsent(kind, k -> new ArrayList<>()).add(alone.build());
        }
        for (Map.Entry<ImageKind, List<Message>> kind : kinds.entrySet()) {
            Files.write(
                    directory.resolve(kind.getKey().fileName()), ImageEncoder.encode(kind.getKey(), kind.getValue()));
        }
        Files.delete(files);
    }

    private void splitCore(Path file) throws IOException {
        CoreEntry.Builder core = ((CoreEntry) messages(file).get(0)).toBuilder();
        long id = id(file);
        if (core.hasTc()) {
            TaskCoreEntry task = core.getTc();
            write(ImageKind.SIGACT, id, task.getSigactionsList());
            TaskTimersEntry timers = task.getTimers();
            if (task.hasTimers()) {
                write(ImageKind.ITIMERS, id, List.of(timers.getReal(), timers.getVirt(), timers.getProf()));
                write(ImageKind.POSIX_TIMERS, id, timers.getPosixList());
            }
            write(ImageKind.RLIMIT, id, task.getRlimits().getRlimitsList());
            write(ImageKind.SIGNAL, id, task.getSignalsS().getSignalsList());
            if (core.hasThreadCore()) {
                write(ImageKind.CREDS, id, List.of(core.getThreadCore().getCreds()));
            }
            core.getTcBuilder().clearSigactions().clearTimers().clearRlimits().clearSignalsS();
        }
        if (core.hasThreadCore()) {
            write(
                    ImageKind.THREAD_SIGNAL,
                    id,
                    core.getThreadCore().getSignalsP().getSignalsList());
            core.getThreadCoreBuilder().clearCreds().clearSignalsP();
        }
        write(ImageKind.CORE, id, List.of(core.build()));
    }

    private void untypedRemaps() throws IOException {
        Path file = directory.resolve(ImageKind.REMAP_FPATH.fileName());
        if (!Files.exists(file)) {
            return;
        }
        List<Message> old = new ArrayList<>();
        for (Message entry : messages(file)) {
            RemapFilePathEntry remap = (RemapFilePathEntry) entry;
            int bit = remap.getRemapType() == RemapType.GHOST ? GHOST_BIT : 0;
            old.add(remap.toBuilder()
                    .setRemapId(remap.getRemapId() | bit)
                    .clearRemapType()
                    .build());
        }
        Files.write(file, ImageEncoder.encode(ImageKind.REMAP_FPATH, old));
    }

    private void firstVersion() throws IOException {
        for (Path file : files("")) {
            ImageKind kind = ImageKind.ofFileName(file.getFileName().toString()).orElse(ImageKind.PAGES);
            if (kind == ImageKind.INVENTORY) {
                InventoryEntry inventory = (InventoryEntry) messages(file).get(0);
                Files.write(
                        file,
                        ImageEncoder.encode(
                                kind,
                                List.of(inventory.toBuilder().setImgVersion(1).build())));
            } else if (kind.framing() == ImageKind.Framing.COMMON) {
                byte[] bytes = Files.readAllBytes(file);
                Files.write(file, Arrays.copyOfRange(bytes, WORD, bytes.length));
            }
        }
    }

    private List<Path> files(String prefix) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .filter(Files::isRegularFile)
                    .toList();
        }
    }

    private List<Message> messages(Path file) throws IOException {
        List<Message> messages = new ArrayList<>();
        for (ImageEntry entry : ImageFile.of(file).entries()) {
            messages.add(entry.message());
        }
        return messages;
    }

    private void write(ImageKind kind, long id, List<? extends Message> entries) throws IOException {
        Files.write(directory.resolve(kind.fileName(id)), ImageEncoder.encode(kind, entries));
    }

    /** The number in the name of a file. */
    private static long id(Path file) {
        return Long.parseLong(file.getFileName().toString().replaceAll("\\D", ""));
    }
}
