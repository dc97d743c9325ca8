package io.godwit.linux.check;

/**
 * Something that Godwit uses.
 *
 * @param name for the user, for example {@code write tracking}
 * @param need who can not work without
 * @param without what is lost where it is missing
 */
record Feature(String name, Need need, String without, Probe probe) {}
