package io.godwit.linux;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;

/**
 * Work in pieces that two threads do together: one takes them from the beginning, as it needs them, and the other from the end.
 *
 * @param <T> what a piece gives
 */
public final class Shares<T> {
    private final List<FutureTask<T>> pieces = new ArrayList<>();

    /** One of them. */
    public interface Piece<T> {
        T make() throws IOException;
    }

    public Shares(List<Piece<T>> pieces) {
        pieces.forEach(piece -> this.pieces.add(new FutureTask<>(piece::make)));
    }

    /** No work. */
    public static <T> Shares<T> none() {
        return new Shares<>(List.of());
    }

    /** What a piece gives; it is made now if nobody has begun it. */
    public T get(int index) throws IOException {
        FutureTask<T> piece = pieces.get(index);
        piece.run();
        return SideWork.result(piece, "piece " + index);
    }

    /** What all pieces give. */
    public List<T> all() throws IOException {
        List<T> all = new ArrayList<>(pieces.size());
        for (int i = 0; i < pieces.size(); i++) {
            all.add(get(i));
        }
        return all;
    }

    /** Makes pieces that nobody has begun until there are none; a failure is for the one that asks for the piece. */
    public void help() {
        for (int i = pieces.size() - 1; i >= 0; i--) {
            pieces.get(i).run();
        }
    }
}
