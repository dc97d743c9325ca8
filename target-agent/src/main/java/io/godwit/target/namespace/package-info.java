/** The namespaces that a tree has of its own: what images say of them, and how they are made. */
package io.godwit.target.namespace;
