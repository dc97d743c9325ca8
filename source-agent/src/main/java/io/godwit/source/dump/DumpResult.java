package io.godwit.source.dump;

import io.godwit.image.proto.DumpStatsEntry;
import java.util.List;

/**
 * What came of a dump.
 *
 * @param stats as the image {@code stats-dump} has them; times in microseconds
 * @param warnings what a restore may miss
 */
public record DumpResult(DumpStatsEntry stats, List<String> warnings) {}
