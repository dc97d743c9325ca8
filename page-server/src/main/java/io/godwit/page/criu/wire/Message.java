package io.godwit.page.criu.wire;

/** What one header says, checked. */
public sealed interface Message permits AddPages, AskParent, CloseSession, GetPages, OpenObject {
    /** The header that says it. */
    Header header();
}
