package io.godwit.criu.rpc;

import io.godwit.criu.log.CriuLog;
import io.godwit.criu.options.CriuOption;
import io.godwit.criu.options.CriuOptions;
import io.godwit.criu.options.Setting;
import io.godwit.criu.options.Settings;
import io.godwit.image.proto.CriuOpts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The directories of a request, opened as the client's. They stay open while the request is served. */
final class RequestFiles implements AutoCloseable {
    private static final String DEFAULT_LOG = "criu.log";
    private static final int NONE = -1;

    private final List<ClientDirectory> open = new ArrayList<>();
    private final List<Setting> settings = new ArrayList<>();

    private RequestFiles() {}

    /**
     * Opens the directories.
     *
     * @throws RpcException if one of them is none, there is no directory for images, or the log's name is no name in a directory
     */
    static RequestFiles open(CriuOpts options, RpcClient client) throws IOException {
        RequestFiles files = new RequestFiles();
        try {
            files.images(options, client);
            files.work(options, client);
            files.log(options);
            files.status(options, client);
            return files;
        } catch (IOException | RuntimeException e) {
            files.close();
            throw e;
        }
    }

    /** What the directories are as options. */
    List<Setting> settings() {
        return List.copyOf(settings);
    }

    /** Tells of a failure in the log where there are no options that would say more of it. */
    void logAlone(Exception failure) throws IOException {
        CriuOptions own = CriuOptions.of(new Settings().add(settings));
        try (CriuLog log = CriuLog.open(own.logging(), own.directories().work())) {
            log.error(failure);
        }
    }

    private void images(CriuOpts options, RpcClient client) throws IOException {
        if (options.getImagesDirFd() != NONE) {
            directory(client, options.getImagesDirFd(), "images_dir_fd", CriuOption.IMAGES_DIR);
        } else if (options.hasImagesDir()) {
            settings.add(Setting.of(CriuOption.IMAGES_DIR, options.getImagesDir()));
        } else {
            throw RpcException.badRequest("neither images_dir_fd nor images_dir says where the images are");
        }
    }

    private void work(CriuOpts options, RpcClient client) throws IOException {
        if (options.hasWorkDirFd() && options.getWorkDirFd() != NONE) {
            directory(client, options.getWorkDirFd(), "work_dir_fd", CriuOption.WORK_DIR);
        }
    }

    /** Who tells that memory is served closes it. */
    private void status(CriuOpts options, RpcClient client) throws IOException {
        if (options.hasStatusFd() && options.getLazyPages()) {
            int number = client.writable(options.getStatusFd(), "status_fd").release();
            settings.add(Setting.of(CriuOption.STATUS_FD, Integer.toString(number)));
        }
    }

    private void directory(RpcClient client, int number, String field, CriuOption option) throws IOException {
        ClientDirectory directory = client.directory(number, field);
        open.add(directory);
        settings.add(Setting.of(option, directory.path().toString()));
    }

    private void log(CriuOpts options) throws RpcException {
        Optional<String> name = options.hasLogFile() ? Optional.of(options.getLogFile()) : Optional.empty();
        if (name.filter(text -> text.isEmpty() || text.contains("/")).isPresent()) {
            throw RpcException.badRequest(
                    "log_file '" + name.get() + "' must be a name in the work directory, without a slash");
        }
        if (name.isPresent() || !options.getLogToStderr()) {
            settings.add(Setting.of(CriuOption.LOG_FILE, name.orElse(DEFAULT_LOG)));
        }
        settings.add(Setting.of(CriuOption.VERBOSITY, Integer.toString(options.getLogLevel())));
    }

    @Override
    public void close() {
        open.forEach(ClientDirectory::close);
    }
}
