package org.lodestar.engine.internal.ort;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.pack.Device;
import org.lodestar.engine.pack.DeviceWish;

/// The network runtime: loads it, chooses where networks run, and sets sessions up.
final class OrtRuntime {
    private static final Pattern MISSING_LIBRARY = Pattern.compile("(lib[\\w.-]+\\.so[\\w.]*|[\\w.-]+\\.dll)\\s*[:\"']?\\s*(cannot open|which is missing|not found|is missing)");

    private final OrtEnvironment environment;
    private final int threads;

    private OrtRuntime(OrtEnvironment environment, int threads) {
        this.environment = environment;
        this.threads = threads;
    }

    /// Unpacks the native library if needed and starts the runtime, which exists once per process.
    ///
    /// @param threads threads per network call; 0 = one per processor the program may use
    /// @throws EngineException.InferenceFailure if the runtime has no library for this machine, or it does not load
    static OrtRuntime start(Path cacheFolder, int threads) {
        NativeLibraries.prepare(cacheFolder);
        try {
            // Errors reach us as exceptions; the runtime need not print them as well.
            OrtEnvironment environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "lodestar");
            return new OrtRuntime(environment, threads > 0 ? threads : Processors.cores());
        } catch (LinkageError | RuntimeException e) {
            throw new EngineException.InferenceFailure(
                    "The network runtime (ONNX Runtime) does not start on this machine: " + e.getMessage()
                            + ". It has builds for 64-bit Linux, 64-bit Windows and Macs with Apple silicon.", e);
        }
    }

    OrtEnvironment environment() {
        return environment;
    }

    String version() {
        return environment.getVersion();
    }

    /// Where to run, found by trying.
    ///
    /// @throws EngineException.InvalidInput if CUDA is asked for and cannot be used, saying what is missing
    Device choose(DeviceWish wish) {
        List<Device.Attempt> attempts = new ArrayList<>();
        if (wish != DeviceWish.CPU) {
            Device.Attempt cuda = tryCuda();
            attempts.add(cuda);
            if (cuda.worked()) {
                return new Device("cuda", "NVIDIA GPU (CUDA)", threads, attempts);
            }
            if (wish == DeviceWish.CUDA) {
                throw new EngineException.InvalidInput("--device", "an NVIDIA GPU usable through CUDA", cuda.reason(), "Choose cpu, or install what is missing");
            }
        }
        String label = "CPU, " + threads + (threads == 1 ? " thread" : " threads");
        attempts.add(new Device.Attempt("cpu", true, label));
        return new Device("cpu", label, threads, attempts);
    }

    private Device.Attempt tryCuda() {
        if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            return new Device.Attempt("cuda", false, "this installation carries the CPU build of ONNX Runtime, which has no CUDA part");
        }
        try (SessionOptions options = new SessionOptions()) {
            addCuda(options);
            return new Device.Attempt("cuda", true, "CUDA loaded");
        } catch (OrtException e) {
            Matcher missing = MISSING_LIBRARY.matcher(String.valueOf(e.getMessage()));
            String reason = missing.find()
                    ? "the library " + missing.group(1) + " is missing (CUDA 12 with cuDNN 9 is needed)"
                    : "CUDA does not start: " + OrtFaults.brief(e);
            return new Device.Attempt("cuda", false, reason);
        }
    }

    /// Options for one session; close them after the session.
    SessionOptions options(Device device, Use use) throws OrtException {
        SessionOptions options = new SessionOptions();
        try {
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            options.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
            options.setInterOpNumThreads(1);
            options.setIntraOpNumThreads(use == Use.PREVIEW ? 1 : device.threads());
            options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
            options.addConfigEntry("session.set_denormal_as_zero", "1");
            if (use != Use.STEADY) {
                options.addConfigEntry("session.intra_op.allow_spinning", "0"); // leave the cores to the denoiser and the window
                options.setCPUArenaAllocator(false); // give the peak memory back after each call
            }
            if (device.provider().equals("cuda")) {
                addCuda(options);
            }
            return options;
        } catch (OrtException | RuntimeException e) {
            options.close();
            throw e;
        }
    }

    private static void addCuda(SessionOptions options) throws OrtException {
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(0)) {
            cuda.add("cudnn_conv_algo_search", "HEURISTIC"); // the exhaustive search costs seconds at each new picture size
            cuda.add("arena_extend_strategy", "kSameAsRequested");
            options.addCUDA(cuda);
        }
    }

    /// How a network is used.
    enum Use {
        /// Call after call, as the denoiser is.
        STEADY,
        /// Once per picture: text encoder, autoencoder.
        NOW_AND_THEN,
        /// Beside the denoiser, on one thread, so that the denoiser keeps the others.
        PREVIEW
    }
}
