package io.godwit.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ZeroEndedTest {
    @Test
    void emptyWordsAreWords() {
        List<String> words = List.of("", "a b", "");

        assertThat(ZeroEnded.join(words)).isEqualTo("\0a b\0\0");
        assertThat(ZeroEnded.split("\0a b\0\0")).isEqualTo(words);
        assertThat(ZeroEnded.split("")).isEmpty();
    }
}
