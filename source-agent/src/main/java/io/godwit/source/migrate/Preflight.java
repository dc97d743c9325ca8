package io.godwit.source.migrate;

import com.google.protobuf.ByteString;
import io.godwit.linux.file.FileFacts;
import io.godwit.linux.machine.KernelVdso;
import io.godwit.linux.net.HostAddress;
import io.godwit.linux.net.NetworkLock;
import io.godwit.linux.proc.CpuInfo;
import io.godwit.linux.proc.Vma;
import io.godwit.page.client.TargetConnection;
import io.godwit.page.proto.ConnectionAddress;
import io.godwit.page.proto.PathNeed;
import io.godwit.page.proto.PreflightFinding;
import io.godwit.page.proto.PreflightReply;
import io.godwit.page.proto.PreflightRequest;
import io.godwit.page.protocol.HostCost;
import io.godwit.source.cpu.CpuMode;
import io.godwit.source.cpu.ProcessorNeed;
import io.godwit.source.options.MigrationOptions;
import io.godwit.source.preflight.ConnectionAddresses;
import io.godwit.source.preflight.Finding;
import io.godwit.source.preflight.NeededPath;
import io.godwit.source.preflight.NeededPaths;
import io.godwit.source.preflight.PreflightResult;
import io.godwit.source.preflight.Survey;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The pre-flight: the survey of the tree here, and what the target says of its needs. */
final class Preflight {
    private static final List<String> CHECKS = List.of(
            "kinds of resource in the tree",
            "pids free at the target",
            "executables, libraries, open files and directories there and equal",
            "addresses of the tree's sockets free at the target",
            "memory free at the target",
            "kernel and processor of the target");

    private Preflight() {}

    /**
     * What the target said.
     *
     * @param addresses that it was asked about
     * @param cost what it needs for a tree that stands still, if it knows
     */
    record Asked(PreflightResult result, List<HostAddress> addresses, Optional<HostCost> cost) {}

    static Asked run(MigrationOptions options, Survey survey, TargetConnection target) throws IOException {
        List<Finding> findings = new ArrayList<>(survey.findings());
        PreflightRequest.Builder request = request(survey, findings);
        List<HostAddress> addresses = ConnectionAddresses.of(survey.connections(), findings);
        add(addresses, options, target.localAddress(), findings, request);
        CgroupRequest.add(options.cgroups(), survey.pids(), request);
        processor(options.processor(), request);
        PreflightReply reply = target.preflight(request.build());
        if (request.hasCgroups() && !reply.getCgroups()) {
            findings.add(Finding.error(
                    "the target agent",
                    "it is of a version that can not make cgroups",
                    "install the same version there, or leave --manage-cgroups out"));
        }
        for (PreflightFinding finding : reply.getFindingsList()) {
            findings.add(new Finding(
                    finding.getError() ? Finding.Severity.ERROR : Finding.Severity.WARNING,
                    finding.getSubject(),
                    finding.getProblem(),
                    finding.getAdvice()));
        }
        PreflightResult result = new PreflightResult(
                options.pid(),
                options.target().toString(),
                survey.pids().size(),
                survey.threads(),
                survey.memoryBytes(),
                reply.getFreeMemoryBytes(),
                CHECKS,
                findings);
        return new Asked(
                result, addresses, reply.hasCost() ? Optional.of(HostCost.of(reply.getCost())) : Optional.empty());
    }

    private static PreflightRequest.Builder request(Survey survey, List<Finding> findings) throws IOException {
        PreflightRequest.Builder request =
                PreflightRequest.newBuilder().addAllPids(survey.pids()).setMemoryBytes(survey.memoryBytes());
        NeededPaths paths = new NeededPaths();
        for (var task : survey.maps().entrySet()) {
            paths.add(task.getKey(), task.getValue());
        }
        survey.watched().forEach(paths::addWatched);
        for (NeededPath path : paths.look(findings)) {
            request.addPaths(need(path));
        }
        request.addAllSockets(ListeningSockets.of(survey.sockets()));
        vdso(survey, request);
        return request;
    }

    private static void add(
            List<HostAddress> addresses,
            MigrationOptions options,
            InetAddress own,
            List<Finding> findings,
            PreflightRequest.Builder request) {
        boolean moves = options.files().connections().moveAddresses();
        for (HostAddress address : addresses) {
            request.addAddresses(ConnectionAddress.newBuilder()
                    .setAddress(ByteString.copyFrom(address.address()))
                    .setPrefix(address.prefix())
                    .setMoves(moves));
            if (moves && address.inetAddress().equals(own)) {
                findings.add(Finding.error(
                        "address " + address,
                        "this host speaks to the target by it",
                        "give the service an address of its own"));
            } else if (!moves) {
                findings.add(Finding.warning(
                        "address " + address,
                        "this host keeps it, and drops what comes for the connections that have left",
                        "when nothing comes any more: " + new NetworkLock(options.pid()).removal()));
            }
        }
    }

    private static void processor(Set<CpuMode> modes, PreflightRequest.Builder request) throws IOException {
        CpuInfo here = CpuInfo.read();
        request.addAllCpuFlags(ProcessorNeed.features(here, modes));
        if (modes.contains(CpuMode.CPU)) {
            request.setCpuIdentity(here.identity());
        }
    }

    private static PathNeed need(NeededPath path) {
        FileFacts facts = path.facts();
        PathNeed.Builder need = PathNeed.newBuilder()
                .setPath(path.path())
                .setRole(
                        switch (path.role()) {
                            case EXECUTABLE -> PathNeed.Role.EXECUTABLE;
                            case LIBRARY, MAPPED, MAPPED_SHARED -> PathNeed.Role.LIBRARY;
                            case CURRENT_DIRECTORY -> PathNeed.Role.WORKING_DIRECTORY;
                            case ROOT -> PathNeed.Role.ROOT_DIRECTORY;
                            case OPEN_FILE -> PathNeed.Role.OPEN_FILE;
                        })
                .setSameContent(path.role().mustBeEqual())
                .setSize(facts.size())
                .setMode(facts.mode());
        facts.buildId().ifPresent(need::setBuildId);
        facts.crc32c().ifPresent(need::setCrc32C);
        return need.build();
    }

    /** The target's kernel must have the same if a task has one. */
    private static void vdso(Survey survey, PreflightRequest.Builder request) throws IOException {
        boolean any = survey.maps().values().stream().flatMap(List::stream).anyMatch(Vma::vdso);
        if (any) {
            request.setVdsoSha256(ByteString.copyFrom(KernelVdso.sha256()));
        }
    }
}
