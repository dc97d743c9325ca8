package io.godwit.image.pages;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PagemapIdTest {
    @Test
    void theNameOfAPagemapFileGivesItsIdBack() {
        for (PagemapId.Kind kind : PagemapId.Kind.values()) {
            PagemapId id = new PagemapId(kind, 123456789012L);
            assertThat(PagemapId.parse(id.pagemapFileName())).contains(id);
        }
    }

    @Test
    void otherNamesGiveNone() {
        assertThat(PagemapId.parse("pages-1.img")).isEmpty();
        assertThat(PagemapId.parse("pagemap-.img")).isEmpty();
        assertThat(PagemapId.parse("pagemap-1.img.old")).isEmpty();
        assertThat(PagemapId.parse("pagemap-99999999999999999999.img")).isEmpty();
    }
}
