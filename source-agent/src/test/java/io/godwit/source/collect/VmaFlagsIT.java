package io.godwit.source.collect;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.Vma;
import io.godwit.source.victim.Puppet;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is known of mappings is taken again only where they are the same. */
@Timeout(60)
class VmaFlagsIT {
    @Test
    void mappingsThatAreAsTheyWereAreNotReadAnew() throws IOException {
        try (Puppet victim = Puppet.start()) {
            VmaFlags known = VmaFlags.read(victim.pid());

            assertThat(VmaFlags.mapsNow(victim.pid(), known)).isSameAs(known.maps());
            assertThat(VmaFlags.readUnlessKnown(victim.pid(), known)).isSameAs(known);
        }
    }

    @Test
    void aMappingThatCameIsSeen() throws IOException {
        try (Puppet victim = Puppet.start()) {
            VmaFlags known = VmaFlags.read(victim.pid());
            victim.run("at = mmap(0, 4); fill(at, 4, 'page')");

            assertChanged(victim.pid(), known);
        }
    }

    @Test
    void aMappingThatIsProtectedIsSeen() throws IOException {
        try (Puppet victim = Puppet.start()) {
            victim.run("at = mmap(0, 4)");
            VmaFlags known = VmaFlags.read(victim.pid());
            victim.run("mprotect(at, 1, 0)");

            assertChanged(victim.pid(), known);
        }
    }

    private static void assertChanged(int pid, VmaFlags known) throws IOException {
        List<Vma> now = ProcDirectory.process(pid).maps();
        assertThat(now).isNotEqualTo(known.maps());
        assertThat(VmaFlags.mapsNow(pid, known)).isEqualTo(now);
        assertThat(VmaFlags.readUnlessKnown(pid, known).maps()).isEqualTo(now);
    }
}
