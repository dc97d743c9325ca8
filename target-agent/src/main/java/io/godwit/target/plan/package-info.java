/**
 * From images to a restore plan. Everything here is pure: a snapshot is read and checked, and each kind of resource adds its
 * system calls to programs of the syscall machine. A plan can be printed, compared and tested without root.
 */
package io.godwit.target.plan;
