package io.godwit.page.criu.server;

import java.io.IOException;
import java.nio.file.Path;

/** Where the images of a session go; its string says so in the log. */
interface Place {
    /** The directory, made when it is first asked for. */
    Path directory() throws IOException;

    /** Removes the directory, if it was made for this session and is empty. */
    void discard() throws IOException;
}
