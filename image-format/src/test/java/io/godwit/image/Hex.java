package io.godwit.image;

import java.util.HexFormat;

/** Bytes as tests write them: hexadecimal, with spaces where they help to read. */
public final class Hex {
    private Hex() {}

    public static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    public static String text(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
