package io.godwit.page.protocol;

import java.util.regex.Pattern;

/** Why a connection could not be made. */
public final class ConnectFailure {
    /** Netty's own words around the kernel's: the name of the call, the number of the error, and the address. */
    private static final Pattern AROUND =
            Pattern.compile("^\\S+\\(\\.\\.\\) failed with error\\(-\\d+\\): |: \\S*/\\S+:\\d+$");

    private ConnectFailure() {}

    /** In the kernel's words, such as {@code Connection refused}. */
    public static String words(Throwable failure) {
        String message = failure.getMessage();
        return message == null
                ? failure.getClass().getSimpleName()
                : AROUND.matcher(message).replaceAll("");
    }
}
