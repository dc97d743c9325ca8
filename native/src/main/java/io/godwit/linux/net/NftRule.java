package io.godwit.linux.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The expressions of a rule, each of which must hold for the next to be looked at. */
final class NftRule {
    private static final int ELEMENT = 1;
    private static final int NAME = 1;
    private static final int DATA = 2;
    private static final int REGISTER = 1;
    private static final int VERDICT_REGISTER = 0;
    private static final int META_KEY = 2;
    private static final int KEY_MARK = 3;
    private static final int KEY_FAMILY = 15;
    private static final int KEY_PROTOCOL = 16;
    private static final int PAYLOAD_BASE = 2;
    private static final int PAYLOAD_OFFSET = 3;
    private static final int PAYLOAD_LENGTH = 4;
    private static final int NETWORK_HEADER = 1;
    private static final int TRANSPORT_HEADER = 2;
    private static final int COMPARE_OPERATION = 2;
    private static final int COMPARE_DATA = 3;
    private static final int EQUAL = 0;
    private static final int NOT_EQUAL = 1;
    private static final int VALUE = 1;
    private static final int VERDICT = 2;
    private static final int VERDICT_CODE = 1;
    private static final int DROP = 0;
    private static final byte IPV4 = 2;
    private static final byte IPV6 = 10;

    private final NftBatch batch;

    NftRule(NftBatch batch) {
        this.batch = batch;
    }

    NftRule family(boolean v4) {
        meta(KEY_FAMILY);
        return compare(EQUAL, new byte[] {v4 ? IPV4 : IPV6});
    }

    NftRule tcp() {
        meta(KEY_PROTOCOL);
        return compare(EQUAL, new byte[] {Sockets.IPPROTO_TCP});
    }

    /** Bytes of the network header. */
    NftRule network(int offset, byte[] value) {
        payload(NETWORK_HEADER, offset, value.length);
        return compare(EQUAL, value);
    }

    /** The first bytes of the transport header. */
    NftRule transport(byte[] value) {
        payload(TRANSPORT_HEADER, 0, value.length);
        return compare(EQUAL, value);
    }

    NftRule unmarked(int mark) {
        meta(KEY_MARK);
        byte[] value = ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(mark)
                .array();
        return compare(NOT_EQUAL, value);
    }

    void drop() {
        int element = expression("immediate");
        int data = batch.begin(DATA);
        batch.number(1, VERDICT_REGISTER);
        int value = batch.begin(2);
        int verdict = batch.begin(VERDICT);
        batch.number(VERDICT_CODE, DROP).end(verdict).end(value).end(data).end(element);
    }

    private void meta(int key) {
        int element = expression("meta");
        int data = batch.begin(DATA);
        batch.number(1, REGISTER).number(META_KEY, key).end(data).end(element);
    }

    private void payload(int base, int offset, int length) {
        int element = expression("payload");
        int data = batch.begin(DATA);
        batch.number(1, REGISTER)
                .number(PAYLOAD_BASE, base)
                .number(PAYLOAD_OFFSET, offset)
                .number(PAYLOAD_LENGTH, length)
                .end(data)
                .end(element);
    }

    private NftRule compare(int operation, byte[] value) {
        int element = expression("cmp");
        int data = batch.begin(DATA);
        batch.number(1, REGISTER).number(COMPARE_OPERATION, operation);
        int nested = batch.begin(COMPARE_DATA);
        batch.bytes(VALUE, value).end(nested).end(data).end(element);
        return this;
    }

    private int expression(String name) {
        int element = batch.begin(ELEMENT);
        batch.text(NAME, name);
        return element;
    }
}
