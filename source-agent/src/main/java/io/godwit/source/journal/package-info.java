/** What a migration leaves for an operator when the agent that does it ends before its time. */
package io.godwit.source.journal;
