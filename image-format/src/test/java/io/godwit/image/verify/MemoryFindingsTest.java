package io.godwit.image.verify;

import static io.godwit.image.verify.GoodDump.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.image.ImageKind;
import io.godwit.image.proto.PagemapHead;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with the memory of a dump: its mappings, its pages, and the snapshots that these are in. */
class MemoryFindingsTest {
    @TempDir
    private Path base;

    private Path dump;

    @BeforeEach
    void aGoodDump() throws IOException {
        dump = GoodDump.write(base);
    }

    @Test
    void aPagesFileThatIsTooShortOrTooLongIsFound() throws IOException {
        Files.write(dump.resolve("pages-1.img"), new byte[100]);
        found().containsExactly("pages-1.img: ends at byte 100 of the 4096 that pagemap-42.img names");
        Files.write(dump.resolve("pages-1.img"), new byte[8192]);
        found().containsExactly("pages-1.img: has 8192 bytes, and pagemap-42.img names only 4096");
    }

    @Test
    void aPagesFileOfAParentThatIsTooShortIsFound() throws IOException {
        Files.write(base.resolve("0/pages-1.img"), new byte[4096]);
        assertThat(DirectoryVerifier.verify(dump))
                .extracting(Finding::file)
                .containsExactly(base.resolve("0").toRealPath().resolve("pages-1.img"));
    }

    @Test
    void holesAreFoundThatNoParentFills() throws IOException {
        Files.delete(dump.resolve("parent"));
        found().containsExactly(
                        "pagemap-42.img: says that the page 0x1000 is in the parent, and there is none",
                        "pagemap-42.img: says that the page 0x3000 is in the parent, and there is none");
    }

    @Test
    void aHoleIsFoundThatTheParentFillsInPart() throws IOException {
        write(base.resolve("0"), ImageKind.PAGEMAP, 42, GoodDump.HEAD, GoodDump.run(0x1000, 2, 4));
        Files.write(base.resolve("0/pages-1.img"), new byte[8192]);
        found().containsExactly("pagemap-42.img: says that the page 0x3000 is in the parent, which does not have it");
    }

    @Test
    void aParentLinkThatLeadsNowhereIsFound() throws IOException {
        link(dump, "../gone");
        found().contains("parent: leads to no directory: ../gone");
    }

    @Test
    void parentsInALoopAreFound() throws IOException {
        link(base.resolve("0"), "../1");
        assertThat(DirectoryVerifier.verify(dump))
                .anyMatch(finding -> finding.problem().contains("the parents are a loop"));
        link(dump, ".");
        found().anyMatch(finding -> finding.startsWith("parent: leads to") && finding.contains("a loop"));
    }

    @Test
    void mappingsThatOverlapOrAreNotOfWholePagesAreFound() throws IOException {
        write(
                dump,
                ImageKind.MM,
                42,
                GoodDump.memory(
                        GoodDump.vma(0x1000, 0x3000, GoodDump.ANON, 0),
                        GoodDump.vma(0x2000, 0x5000, GoodDump.ANON, 0),
                        GoodDump.vma(0x7000, 0x7800, GoodDump.ANON, 0)));
        found().containsExactly(
                        "mm-42.img: the mappings 0x1000-0x3000 and 0x2000-0x5000 overlap",
                        "mm-42.img: the mapping 0x7000-0x7800 is not of whole pages, or empty");
    }

    @Test
    void guardPagesMayLieInAMapping() throws IOException {
        write(
                dump,
                ImageKind.MM,
                42,
                GoodDump.memory(
                        GoodDump.vma(0x1000, 0x4000, GoodDump.ANON, 0), GoodDump.vma(0x2000, 0x3000, 1 << 16, 0)));
        found().isEmpty();
    }

    @Test
    void pagesOutsideOfAllMappingsAreFound() throws IOException {
        write(dump, ImageKind.MM, 42, GoodDump.memory(GoodDump.vma(0x1000, 0x3000, GoodDump.ANON, 0)));
        found().containsExactly("pagemap-42.img: has the page 0x3000, which is in no mapping of mm-42.img");
    }

    @Test
    void pageCountsThatDisagreeAreFoundButNotTheZeroOfNewerVersions() throws IOException {
        write(
                dump,
                ImageKind.PAGEMAP,
                42,
                GoodDump.HEAD,
                GoodDump.run(0x2000, 1, 4).toBuilder().setCompatNrPages(2).build());
        found().containsExactly("pagemap-42.img: the run at 0x2000 has 1 pages by one field and 2 by the other");
        write(
                dump,
                ImageKind.PAGEMAP,
                42,
                GoodDump.HEAD,
                GoodDump.run(0x2000, 1, 4).toBuilder().setCompatNrPages(0).build());
        found().isEmpty();
    }

    @Test
    void allThatIsWrongInAPagemapIsFoundNotOnlyTheFirst() throws IOException {
        write(
                dump,
                ImageKind.PAGEMAP,
                42,
                GoodDump.HEAD,
                GoodDump.run(0x3000, 1, 4),
                GoodDump.run(0x2000, 1, 5),
                GoodDump.run(0x2001, 1, 4),
                GoodDump.run(0x3000, 0, 4),
                GoodDump.run(0x3000, 1, 2));
        found().containsExactly(
                        "pagemap-42.img: the run at 0x2000 is not above the one before it, which ends at 0x4000",
                        "pagemap-42.img: the run at 0x2000 is both here and in the parent",
                        "pagemap-42.img: the run at 0x2001 of 1 pages is not one of whole pages of a process",
                        "pagemap-42.img: the run at 0x3000 of 0 pages is not one of whole pages of a process",
                        "pagemap-42.img: the run at 0x3000 stayed with the process that was dumped (a lazy dump)",
                        "pages-1.img: ends at byte 4096 of the 8192 that pagemap-42.img names");
    }

    @Test
    void sharedMemoryThatNobodyHasOrThatIsTooLongIsFound() throws IOException {
        write(
                dump,
                ImageKind.MM,
                42,
                GoodDump.memory(
                        GoodDump.vma(0x1000, 0x5000, GoodDump.ANON, 0), GoodDump.vma(0x10000, 0x12000, 1 | 1 << 8, 9)));
        for (int id : new int[] {9, 10}) {
            Files.write(dump.resolve("pages-1" + id + ".img"), new byte[4096]);
            PagemapHead head = PagemapHead.newBuilder()
                    .setPagesId(Integer.parseInt("1" + id))
                    .build();
            write(dump, ImageKind.PAGEMAP_SHMEM, id, head, GoodDump.run(0x2000, 1, 4));
        }
        found().containsExactlyInAnyOrder(
                        "pagemap-shmem-9.img: has the page 0x2000, and its object ends at 0x2000",
                        "pagemap-shmem-10.img: is of a shared memory object that no mapping and no file is of");
    }

    private ListAssert<String> found() throws IOException {
        return assertThat(GoodDump.findings(dump));
    }

    private static void link(Path directory, String target) throws IOException {
        Path link = directory.resolve("parent");
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, Path.of(target));
    }
}
