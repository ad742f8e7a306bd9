package org.lodestar.engine.internal.ort;

import ai.onnxruntime.OrtProvider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.pack.DeviceWish;

/// The execution providers that the program can ask for: what each needs to be there, and what it is told.
///
/// Being compiled into ONNX Runtime does not make a provider usable: the GPU build names CUDA and TensorRT on machines without either. So [#absent] only says what is certain without trying; [OrtRuntime] tries the rest.
enum Provider {
    CPU(DeviceWish.Kind.CPU, OrtProvider.CPU, "CPU", "the CPU"),
    CUDA(DeviceWish.Kind.CUDA, OrtProvider.CUDA, "NVIDIA GPU (CUDA)", "an NVIDIA GPU usable through CUDA"),
    TENSORRT(DeviceWish.Kind.TENSORRT, OrtProvider.TENSOR_RT, "NVIDIA GPU (TensorRT)", "an NVIDIA GPU usable through TensorRT"),
    COREML(DeviceWish.Kind.COREML, OrtProvider.CORE_ML, "Core ML", "a Mac with Apple silicon, for Core ML"),
    PLUGIN(DeviceWish.Kind.PLUGIN, null, "Plugin", "an ONNX Runtime plugin provider");

    private static final Set<String> NVIDIA_PLATFORMS = Set.of("linux-x64", "win-x64");
    private static final List<Library> CUDA_LINUX = List.of(
            new Library("libcuda.so.1", "NVIDIA's driver"),
            new Library("libcudart.so.12", "CUDA 12"),
            new Library("libcublas.so.12", "CUDA 12"),
            new Library("libcublasLt.so.12", "CUDA 12"),
            new Library("libcurand.so.10", "CUDA 12"),
            new Library("libcudnn.so.9", "cuDNN 9"));
    private static final List<Library> CUDA_WINDOWS = List.of(
            new Library("nvcuda.dll", "NVIDIA's driver"),
            new Library("cudart64_12.dll", "CUDA 12"),
            new Library("cublas64_12.dll", "CUDA 12"),
            new Library("cublasLt64_12.dll", "CUDA 12"),
            new Library("cudnn64_9.dll", "cuDNN 9"));
    private static final List<Library> TENSORRT_LINUX = List.of(new Library("libnvinfer.so.10", "TensorRT 10"), new Library("libnvonnxparser.so.10", "TensorRT 10"));
    private static final List<Library> TENSORRT_WINDOWS = List.of(new Library("nvinfer_10.dll", "TensorRT 10"), new Library("nvonnxparser_10.dll", "TensorRT 10"));

    private final DeviceWish.Kind kind;
    private final @Nullable OrtProvider part;
    private final String title;
    private final String expected;

    Provider(DeviceWish.Kind kind, @Nullable OrtProvider part, String title, String expected) {
        this.kind = kind;
        this.part = part;
        this.title = title;
        this.expected = expected;
    }

    /// A library that must be installed, and what brings it.
    record Library(String name, String from) {}

    /// What a wish for one provider asks for.
    ///
    /// @throws IllegalArgumentException for [DeviceWish.Kind#AUTO], which leaves it open
    static Provider of(DeviceWish.Kind kind) {
        for (Provider provider : values()) {
            if (provider.kind == kind) {
                return provider;
            }
        }
        throw new IllegalArgumentException("no single provider: " + kind);
    }

    /// For people: "NVIDIA GPU (CUDA)".
    String title() {
        return title;
    }

    /// What must be there, as an error message says it.
    String expected() {
        return expected;
    }

    /// Why it cannot be had here at all; empty if it is worth trying.
    ///
    /// @param compiled what this build of ONNX Runtime contains
    /// @param platform as in [NativeLibraries#platform()]
    Optional<String> absent(Set<OrtProvider> compiled, String platform) {
        if (part == null || compiled.contains(part)) {
            return Optional.empty();
        }
        return Optional.of(
                switch (this) {
                    case CUDA, TENSORRT -> NVIDIA_PLATFORMS.contains(platform)
                            ? "this installation carries the CPU build of ONNX Runtime, which has no " + (this == CUDA ? "CUDA" : "TensorRT")
                                    + " part (the GPU build comes with 'mvn -Pgpu -DskipTests package')"
                            : "a platform for which ONNX Runtime has no GPU build (" + platform + "); there are builds for 64-bit Linux and Windows on x64 processors";
                    case COREML -> platform.startsWith("osx-")
                            ? "this build of ONNX Runtime has no Core ML part; the one for Macs with Apple silicon has"
                            : "Core ML is a part of macOS, and this is " + platform;
                    case CPU, PLUGIN -> "this build of ONNX Runtime has no part for it";
                });
    }

    /// What must be installed beside ONNX Runtime, in the order in which it is loaded.
    List<Library> libraries(String platform) {
        boolean windows = platform.startsWith("win-");
        return switch (this) {
            case CUDA -> windows ? CUDA_WINDOWS : CUDA_LINUX;
            case TENSORRT -> windows ? join(CUDA_WINDOWS, TENSORRT_WINDOWS) : join(CUDA_LINUX, TENSORRT_LINUX);
            case CPU, COREML, PLUGIN -> List.of();
        };
    }

    private static List<Library> join(List<Library> first, List<Library> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    /// What the provider is told for one network.
    ///
    /// - CUDA: the quick search for convolution algorithms (the exhaustive one costs seconds at each new picture size) and memory as needed.
    /// - TensorRT: engines and timings are kept; half precision only for networks exported in it, with normalisation in full precision, since a network must not lose precision that its export has.
    /// - Core ML: programs (the older format knows fewer operators), all units, compiled forms kept.
    ///
    /// A network without a folder for its compiled form is compiled anew each time it is opened.
    Map<String, String> options(CompiledForm form) {
        Map<String, String> options = new LinkedHashMap<>();
        switch (this) {
            case CUDA -> {
                options.put("cudnn_conv_algo_search", "HEURISTIC");
                options.put("arena_extend_strategy", "kSameAsRequested");
            }
            case TENSORRT -> {
                options.put("trt_context_memory_sharing_enable", "1");
                if (form.half()) {
                    options.put("trt_fp16_enable", "1");
                    options.put("trt_layer_norm_fp32_fallback", "1");
                }
                form.folder().ifPresent(folder -> {
                    options.put("trt_engine_cache_enable", "1");
                    options.put("trt_engine_cache_path", folder.toString());
                    options.put("trt_timing_cache_enable", "1");
                    options.put("trt_timing_cache_path", folder.toString());
                });
            }
            case COREML -> {
                options.put("ModelFormat", "MLProgram");
                options.put("MLComputeUnits", "ALL");
                form.folder().ifPresent(folder -> options.put("ModelCacheDirectory", folder.toString()));
            }
            case CPU, PLUGIN -> {}
        }
        return options;
    }

    /// The loading phase of a network that has to be compiled first; empty where nothing is.
    Optional<String> compiling(String network) {
        return switch (this) {
            case TENSORRT -> Optional.of("Building the TensorRT engine of " + network + ", some minutes the first time");
            case COREML -> Optional.of("Compiling " + network + " for Core ML, the first time only");
            case CPU, CUDA, PLUGIN -> Optional.empty();
        };
    }
}
