package org.lodestar.engine.internal.ort;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtEpDevice;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.pack.Device;
import org.lodestar.engine.pack.DeviceWish;

/// The network runtime: loads it, chooses where networks run, and sets sessions up.
final class OrtRuntime {
    private static final Pattern MISSING_LIBRARY = Pattern.compile("(lib[\\w.+-]+\\.so[\\w.]*|[\\w.+-]+\\.dll)\\s*[:\"']?\\s*(?:cannot open|which is missing|not found|is missing)|Library not loaded: \\S*?([\\w.+-]+\\.dylib)");

    private final OrtEnvironment environment;
    private final int threads;
    private final Map<DeviceWish, Device.Attempt> working = new HashMap<>();

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
    /// @throws EngineException.InvalidInput if a certain provider is asked for and cannot be used, saying what is missing
    Device choose(DeviceWish wish) {
        return switch (wish.kind()) {
            case CPU -> cpu(List.of());
            case AUTO -> {
                Device.Attempt cuda = attempt(DeviceWish.CUDA);
                yield cuda.worked() ? new Device(cuda.provider(), Provider.CUDA.title(), threads, List.of(cuda)) : cpu(List.of(cuda));
            }
            case CUDA, TENSORRT, COREML, PLUGIN -> {
                Provider provider = Provider.of(wish.kind());
                Device.Attempt tried = attempt(wish);
                if (!tried.worked()) {
                    throw new EngineException.InvalidInput("--device", provider.expected(), tried.reason(), "Choose cpu or auto, or mend this ('./lodestar doctor' says what works here)");
                }
                yield new Device(wish.text(), provider == Provider.PLUGIN ? tried.reason() : provider.title(), threads, List.of(tried));
            }
        };
    }

    private Device cpu(List<Device.Attempt> before) {
        String label = "CPU, " + threads + (threads == 1 ? " thread" : " threads");
        List<Device.Attempt> attempts = new ArrayList<>(before);
        attempts.add(new Device.Attempt("cpu", true, label));
        return new Device("cpu", label, threads, attempts);
    }

    /// Every provider, tried; a plugin if `wish` names one.
    List<Device.Attempt> attempts(DeviceWish wish) {
        List<Device.Attempt> attempts = new ArrayList<>();
        for (DeviceWish each : List.of(DeviceWish.CPU, DeviceWish.CUDA, DeviceWish.TENSORRT, DeviceWish.COREML)) {
            attempts.add(each.equals(DeviceWish.CPU) ? cpu(List.of()).attempts().getFirst() : attempt(each));
        }
        attempts.add(wish.kind() == DeviceWish.Kind.PLUGIN ? attempt(wish) : new Device.Attempt("plugin", false, "none was named; plugin:FILE names the library of one"));
        return attempts;
    }

    /// Tries a provider. What worked is not tried again; what failed is, since it may have been mended.
    private synchronized Device.Attempt attempt(DeviceWish wish) {
        Device.Attempt known = working.get(wish);
        if (known != null) {
            return known;
        }
        Device.Attempt tried = Provider.of(wish.kind())
                .absent(OrtEnvironment.getAvailableProviders(), NativeLibraries.platform())
                .map(reason -> failed(wish, reason))
                .orElseGet(() -> tryOut(wish));
        if (tried.worked()) {
            working.put(wish, tried);
        }
        return tried;
    }

    private static Device.Attempt failed(DeviceWish wish, String reason) {
        return new Device.Attempt(wish.text(), false, reason);
    }

    private Device.Attempt tryOut(DeviceWish wish) {
        Provider provider = Provider.of(wish.kind());
        try (SessionOptions options = new SessionOptions()) {
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            add(options, wish, CompiledForm.NONE);
            if (provider == Provider.TENSORRT) {
                // Its libraries are loaded now. An engine takes long to build, so that CUDA, which it stands on, does the sum.
                Device.Attempt cuda = attempt(DeviceWish.CUDA);
                return cuda.worked() ? new Device.Attempt(wish.text(), true, "TensorRT loaded, CUDA computes") : failed(wish, "TensorRT stands on CUDA, which does not work: " + cuda.reason());
            }
            ProbeNet.run(environment, options);
            String what = provider == Provider.PLUGIN ? PluginProviders.label(pluginDevice(wish)) : provider.title() + " computes";
            return new Device.Attempt(wish.text(), true, what);
        } catch (PluginProviders.Unusable e) {
            return failed(wish, String.valueOf(e.getMessage()));
        } catch (ProbeNet.Wrong e) {
            return failed(wish, provider.title() + " gives wrong numbers (" + e.getMessage() + ")");
        } catch (OrtException e) {
            return failed(wish, reason(provider, String.valueOf(e.getMessage()), SystemLibraries.missing(provider.libraries(NativeLibraries.platform())), OrtFaults.brief(e)));
        }
    }

    /// Why a provider does not start.
    ///
    /// @param message what the runtime says
    /// @param missing those of the provider's libraries that cannot be found
    /// @param brief   the message, shortened
    static String reason(Provider provider, String message, List<Provider.Library> missing, String brief) {
        if (!missing.isEmpty()) {
            String names = missing.stream().map(library -> library.name() + " (" + library.from() + ")").collect(Collectors.joining(", "));
            return missing.size() == 1 ? "the library " + names + " is missing" : "the libraries " + names + " are missing";
        }
        Optional<String> named = missingLibrary(message);
        if (named.isPresent()) {
            return "the library " + named.get() + " is missing";
        }
        if (message.contains("no CUDA-capable device")) {
            return "there is no NVIDIA GPU, or this program may not see it";
        }
        if (message.contains("driver version is insufficient")) {
            return "NVIDIA's driver is too old for CUDA 12";
        }
        return provider.title() + " does not start: " + brief;
    }

    /// The library that another one needs and that the system's loader does not find, by its message.
    static Optional<String> missingLibrary(String message) {
        Matcher named = MISSING_LIBRARY.matcher(message);
        return named.find() ? Optional.of(named.group(1) == null ? named.group(2) : named.group(1)) : Optional.empty();
    }

    private OrtEpDevice pluginDevice(DeviceWish wish) throws PluginProviders.Unusable {
        return PluginProviders.device(environment, wish.library().orElseThrow());
    }

    /// What compiled networks depend on beside the network: the versions of the runtime and of the provider.
    String versions(Provider provider) {
        String own =
                switch (provider) {
                    case TENSORRT -> SystemLibraries.tensorRtVersion(NativeLibraries.platform()).map(String::valueOf).orElse("unknown");
                    case COREML -> System.getProperty("os.version", "unknown");
                    case CPU, CUDA, PLUGIN -> "";
                };
        return provider + " " + own + ", ONNX Runtime " + version();
    }

    /// Options for one session; close them after the session.
    ///
    /// @param form where what the device compiles is kept
    SessionOptions options(Device device, Use use, CompiledForm form) throws OrtException {
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
            add(options, DeviceWish.of(device.provider()), form);
            return options;
        } catch (OrtException | RuntimeException e) {
            options.close();
            throw e;
        } catch (PluginProviders.Unusable e) {
            options.close();
            throw new EngineException.InferenceFailure("The plugin is not usable any more: " + e.getMessage() + ". Choose another device.", e);
        }
    }

    /// Puts a provider before the CPU; TensorRT before CUDA, which takes what TensorRT leaves.
    private void add(SessionOptions options, DeviceWish wish, CompiledForm form) throws OrtException, PluginProviders.Unusable {
        Provider provider = Provider.of(wish.kind());
        switch (provider) {
            case CPU -> {}
            case CUDA -> addCuda(options);
            case TENSORRT -> {
                try (OrtTensorRTProviderOptions tensorRt = new OrtTensorRTProviderOptions(0)) {
                    for (Map.Entry<String, String> option : provider.options(form).entrySet()) {
                        tensorRt.add(option.getKey(), option.getValue());
                    }
                    options.addTensorrt(tensorRt);
                }
                addCuda(options);
            }
            case COREML -> options.addCoreML(provider.options(form));
            case PLUGIN -> options.addExecutionProvider(List.of(pluginDevice(wish)), provider.options(form));
        }
    }

    private static void addCuda(SessionOptions options) throws OrtException {
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(0)) {
            for (Map.Entry<String, String> option : Provider.CUDA.options(CompiledForm.NONE).entrySet()) {
                cuda.add(option.getKey(), option.getValue());
            }
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
