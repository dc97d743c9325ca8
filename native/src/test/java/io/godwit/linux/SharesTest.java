package io.godwit.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SharesTest {
    private final List<Integer> made = new ArrayList<>();

    private Shares<String> shares(int count) {
        return new Shares<>(IntStream.range(0, count)
                .<Shares.Piece<String>>mapToObj(i -> () -> make(i))
                .toList());
    }

    private String make(int piece) throws IOException {
        made.add(piece);
        if (piece == 2) {
            throw new IOException("no " + piece);
        }
        return "piece " + piece;
    }

    @Test
    void eachPieceIsMadeOnceWhenItIsAskedFor() throws IOException {
        Shares<String> shares = shares(2);
        assertThat(shares.get(1)).isEqualTo("piece 1");
        assertThat(shares.get(1)).isEqualTo("piece 1");
        assertThat(shares.all()).containsExactly("piece 0", "piece 1");
        assertThat(made).containsExactly(1, 0);
    }

    @Test
    void aHelperBeginsAtTheEndAndLeavesFailuresToThoseWhoAsk() throws IOException {
        Shares<String> shares = shares(4);
        shares.get(0);
        shares.help();
        assertThat(made).containsExactly(0, 3, 2, 1);
        assertThat(shares.get(3)).isEqualTo("piece 3");
        assertThatThrownBy(() -> shares.get(2)).isInstanceOf(IOException.class).hasMessage("no 2");
        assertThatThrownBy(shares::all).hasMessage("no 2");
    }
}
