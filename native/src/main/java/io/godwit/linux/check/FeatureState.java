package io.godwit.linux.check;

/**
 * What a probe found.
 *
 * @param name of the feature; stable, as hosts compare by it
 * @param need who can not work without
 * @param available whether it works here, for us
 * @param detail a figure if it works, else why not
 * @param without what is lost where it is missing
 */
public record FeatureState(String name, Need need, boolean available, String detail, String without) {}
