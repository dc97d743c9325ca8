package io.godwit.linux.net;

import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Keeps the packets of connections from this host's TCP: a table of nftables, family inet, named {@code godwit-PID} after the root
 * of a tree, that drops what comes in for just these connections. Nobody gets a reset for a connection that is nowhere for a while.
 * What the kernel itself still sends (what it sent before, acknowledgements) is as true as ever and may go out. The table outlives
 * this process; {@code nft delete table inet godwit-PID} removes it by hand.
 */
public final class NetworkLock {
    /** Packets that this process makes up carry this mark, and pass. */
    public static final int PASSING_MARK = 0x90d317;

    /** What the inventory of a dump says where there was no lock. */
    public static final int NOT_LOCKED = 2;

    private static final int TABLE_NAME = 1;
    private static final int CHAIN_TABLE = 1;
    private static final int CHAIN_NAME = 3;
    private static final int CHAIN_HOOK = 4;
    private static final int CHAIN_TYPE = 7;
    private static final int HOOK_NUMBER = 1;
    private static final int HOOK_PRIORITY = 2;
    private static final int LOCAL_IN = 1;
    private static final int LOCAL_OUT = 3;
    /** After all translation of addresses, where a packet has those that the socket has. */
    private static final int LAST = 200;

    private static final int RULE_TABLE = 1;
    private static final int RULE_CHAIN = 2;
    private static final int RULE_EXPRESSIONS = 4;

    private final String table;

    /** The lock of a tree. */
    public NetworkLock(int rootPid) {
        table = "godwit-" + rootPid;
    }

    /** The command that opens it by hand. */
    public String removal() {
        return "nft delete table inet " + table;
    }

    /** Drops what comes in for these connections, and for those of an earlier lock of the tree no more. */
    public void close(List<TcpConnection> connections) throws LinuxException {
        NftBatch batch = replacing();
        dropIncoming(batch, connections);
        send(batch);
    }

    /**
     * The same, and an earlier lock of the tree stays too: it may be of these connections, which it keeps all the time, or a stale one
     * of others.
     *
     * @return false if there was one
     */
    public boolean closeIfOpen(List<TcpConnection> connections) throws LinuxException {
        try {
            closeBeside(new NftBatch().exclusive(NftBatch.NEW_TABLE), connections);
            return true;
        } catch (LinuxException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
            closeBeside(new NftBatch().message(NftBatch.NEW_TABLE), connections);
            return false;
        }
    }

    private void closeBeside(NftBatch batch, List<TcpConnection> connections) throws LinuxException {
        batch.text(TABLE_NAME, table);
        dropIncoming(batch, connections);
        send(batch);
    }

    /** Drops what the connections send, too. */
    public void closeBothWays(List<TcpConnection> connections) throws LinuxException {
        NftBatch batch = replacing();
        dropIncoming(batch, connections);
        chain(batch, "out", LOCAL_OUT);
        for (TcpConnection connection : connections) {
            drop(batch, "out", connection, true);
        }
        send(batch);
    }

    /** Lets packets pass again; fine when there is no lock. */
    public void open() throws LinuxException {
        send(new NftBatch().message(NftBatch.DESTROY_TABLE).text(TABLE_NAME, table));
    }

    /** Begins the table anew. */
    private NftBatch replacing() {
        NftBatch batch = new NftBatch();
        batch.message(NftBatch.DESTROY_TABLE).text(TABLE_NAME, table);
        return batch.message(NftBatch.NEW_TABLE).text(TABLE_NAME, table);
    }

    private void send(NftBatch batch) throws LinuxException {
        batch.send("table inet " + table);
    }

    private void dropIncoming(NftBatch batch, List<TcpConnection> connections) {
        chain(batch, "in", LOCAL_IN);
        for (TcpConnection connection : connections) {
            drop(batch, "in", connection, false);
        }
    }

    private void chain(NftBatch batch, String name, int hook) {
        batch.message(NftBatch.NEW_CHAIN).text(CHAIN_TABLE, table).text(CHAIN_NAME, name);
        int nested = batch.begin(CHAIN_HOOK);
        batch.number(HOOK_NUMBER, hook).number(HOOK_PRIORITY, LAST).end(nested);
        batch.text(CHAIN_TYPE, "filter");
    }

    private void drop(NftBatch batch, String chain, TcpConnection connection, boolean outgoing) {
        byte[] from = outgoing ? connection.local() : connection.remote();
        byte[] to = outgoing ? connection.remote() : connection.local();
        batch.message(NftBatch.NEW_RULE).text(RULE_TABLE, table).text(RULE_CHAIN, chain);
        int expressions = batch.begin(RULE_EXPRESSIONS);
        NftRule rule = new NftRule(batch);
        rule.family(connection.v4()).tcp();
        int source = connection.v4() ? 12 : 8;
        rule.network(source, from).network(source + from.length, to);
        rule.transport(ports(connection, outgoing)).unmarked(PASSING_MARK).drop();
        batch.end(expressions);
    }

    private static byte[] ports(TcpConnection connection, boolean outgoing) {
        int from = outgoing ? connection.localPort() : connection.remotePort();
        int to = outgoing ? connection.remotePort() : connection.localPort();
        return ByteBuffer.allocate(4)
                .putShort((short) from)
                .putShort((short) to)
                .array();
    }
}
