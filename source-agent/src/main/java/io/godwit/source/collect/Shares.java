package io.godwit.source.collect;

import io.godwit.linux.SideWork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;

/**
 * Work in pieces that two threads do together: one takes them from the beginning, as it needs them, and the other from the end.
 *
 * @param <T> what a piece gives
 */
final class Shares<T> {
    private final List<FutureTask<T>> pieces = new ArrayList<>();

    interface Piece<T> {
        T make() throws IOException;
    }

    Shares(List<Piece<T>> pieces) {
        pieces.forEach(piece -> this.pieces.add(new FutureTask<>(piece::make)));
    }

    static <T> Shares<T> none() {
        return new Shares<>(List.of());
    }

    /** What a piece gives; it is made now if nobody has begun it. */
    T get(int index) throws IOException {
        FutureTask<T> piece = pieces.get(index);
        piece.run();
        return SideWork.result(piece, "piece " + index);
    }

    /** What all pieces give. */
    List<T> all() throws IOException {
        List<T> all = new ArrayList<>(pieces.size());
        for (int i = 0; i < pieces.size(); i++) {
            all.add(get(i));
        }
        return all;
    }

    /** Makes pieces that nobody has begun until there are none; a failure is for the one that asks for the piece. */
    void help() {
        for (int i = pieces.size() - 1; i >= 0; i--) {
            pieces.get(i).run();
        }
    }
}
