package io.godwit.linux.check;

/** Who can not work without a feature. */
public enum Need {
    /** To take a tree from this host. */
    SOURCE,
    /** To let a tree arrive on this host. */
    TARGET,
    /** Both. */
    BOTH,
    /** Nobody: something is slower, or one kind of resource can not be moved. */
    NOBODY;

    public boolean atSource() {
        return this == SOURCE || this == BOTH;
    }

    public boolean atTarget() {
        return this == TARGET || this == BOTH;
    }
}
