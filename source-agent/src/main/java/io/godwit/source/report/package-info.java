/** What the user sees: progress while it happens, and the report with the timeline of the downtime. */
package io.godwit.source.report;
