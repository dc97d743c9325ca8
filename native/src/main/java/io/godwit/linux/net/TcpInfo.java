package io.godwit.linux.net;

import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import java.nio.ByteBuffer;

/**
 * TCP_INFO of tcp(7), as far as Godwit looks at it.
 *
 * @param options bits of {@code TCPI_OPT_}
 * @param sendScale how far the other side's windows are shifted
 * @param receiveScale how far ours are
 * @param waiting of a listening socket, how many connections wait to be accepted (tcpi_unacked)
 * @param mostWaiting of a listening socket, how many may (tcpi_sacked)
 */
public record TcpInfo(TcpState state, int options, int sendScale, int receiveScale, int waiting, int mostWaiting) {
    public static final int TIMESTAMPS = 1;
    public static final int SACK = 2;
    public static final int WINDOW_SCALE = 4;

    private static final int TCP_INFO = 11;
    private static final int BYTES = 32;
    private static final int OPTIONS = 5;
    private static final int SCALES = 6;
    private static final int UNACKED = 24;
    private static final int SACKED = 28;

    public static TcpInfo of(Fd socket) throws LinuxException {
        ByteBuffer info = Sockets.optionBuffer(socket, Sockets.IPPROTO_TCP, TCP_INFO, BYTES);
        int scales = info.get(SCALES);
        return new TcpInfo(
                TcpState.of(info.get(0)),
                info.get(OPTIONS),
                scales & 0xf,
                scales >> 4 & 0xf,
                info.getInt(UNACKED),
                info.getInt(SACKED));
    }
}
