package org.lodestar.engine.internal.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.pack.Device;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.OnnxFile;
import org.lodestar.engine.pack.TensorType;
import org.lodestar.engine.testing.OnnxGraph;

/// The choice of a provider, what it is told, and what is said when it cannot be had. The accelerators themselves are not needed.
class ProvidersTest {
    private static final EnumSet<OrtProvider> CPU_BUILD = EnumSet.of(OrtProvider.CPU);
    private static final EnumSet<OrtProvider> GPU_BUILD = EnumSet.of(OrtProvider.CPU, OrtProvider.CUDA, OrtProvider.TENSOR_RT);
    private static final EnumSet<OrtProvider> MAC_BUILD = EnumSet.of(OrtProvider.CPU, OrtProvider.CORE_ML);

    @TempDir
    static Path folder;

    private static OrtRuntime runtime;

    @BeforeAll
    static void start() {
        runtime = OrtRuntime.start(folder, 1);
    }

    @Test
    void whatTheBuildLacksIsSaidWithWhereItIs() {
        assertThat(Provider.CUDA.absent(CPU_BUILD, "linux-x64").orElseThrow()).contains("CPU build of ONNX Runtime", "no CUDA part", "-Pgpu");
        assertThat(Provider.TENSORRT.absent(CPU_BUILD, "win-x64").orElseThrow()).contains("CPU build of ONNX Runtime", "no TensorRT part", "-Pgpu");
        assertThat(Provider.CUDA.absent(MAC_BUILD, "osx-aarch64").orElseThrow()).contains("osx-aarch64", "no GPU build");
        assertThat(Provider.TENSORRT.absent(CPU_BUILD, "linux-aarch64").orElseThrow()).contains("linux-aarch64", "no GPU build");
        assertThat(Provider.COREML.absent(GPU_BUILD, "linux-x64").orElseThrow()).isEqualTo("Core ML is a part of macOS, and this is linux-x64");
        assertThat(Provider.COREML.absent(CPU_BUILD, "osx-x64").orElseThrow()).contains("no Core ML part");
    }

    @Test
    void whatTheBuildHasIsTried() {
        assertThat(Provider.CUDA.absent(GPU_BUILD, "linux-x64")).isEmpty();
        assertThat(Provider.TENSORRT.absent(GPU_BUILD, "linux-x64")).isEmpty();
        assertThat(Provider.COREML.absent(MAC_BUILD, "osx-aarch64")).isEmpty();
        assertThat(Provider.PLUGIN.absent(CPU_BUILD, "linux-x64")).isEmpty();
        assertThat(Provider.CPU.absent(CPU_BUILD, "linux-x64")).isEmpty();
    }

    @Test
    void aWishIsOneProviderAndAutoIsNone() {
        assertThat(Stream.of(DeviceWish.Kind.CPU, DeviceWish.Kind.CUDA, DeviceWish.Kind.TENSORRT, DeviceWish.Kind.COREML, DeviceWish.Kind.PLUGIN).map(Provider::of))
                .containsExactly(Provider.values());
        assertThatThrownBy(() -> Provider.of(DeviceWish.Kind.AUTO)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tensorRtKeepsItsEnginesAndThePrecisionOfTheExport() {
        Path engines = Path.of("/engines");
        assertThat(Provider.TENSORRT.options(new CompiledForm(Optional.of(engines), false)))
                .containsEntry("trt_engine_cache_enable", "1")
                .containsEntry("trt_engine_cache_path", engines.toString())
                .containsEntry("trt_timing_cache_path", engines.toString())
                .doesNotContainKey("trt_fp16_enable");
        assertThat(Provider.TENSORRT.options(new CompiledForm(Optional.of(engines), true)))
                .containsEntry("trt_fp16_enable", "1")
                .containsEntry("trt_layer_norm_fp32_fallback", "1");
        assertThat(Provider.TENSORRT.options(new CompiledForm(Optional.empty(), true)))
                .containsEntry("trt_fp16_enable", "1")
                .doesNotContainKeys("trt_engine_cache_enable", "trt_engine_cache_path");
    }

    @Test
    void theOthersAreToldLittle() {
        Path programs = Path.of("/programs");
        assertThat(Provider.COREML.options(new CompiledForm(Optional.of(programs), false)))
                .isEqualTo(Map.of("ModelFormat", "MLProgram", "MLComputeUnits", "ALL", "ModelCacheDirectory", programs.toString()));
        assertThat(Provider.CUDA.options(CompiledForm.NONE)).isEqualTo(Map.of("cudnn_conv_algo_search", "HEURISTIC", "arena_extend_strategy", "kSameAsRequested"));
        assertThat(Provider.CPU.options(CompiledForm.NONE)).isEmpty();
        assertThat(Provider.PLUGIN.options(CompiledForm.NONE)).isEmpty();
    }

    @Test
    void everyMissingLibraryIsNamedWithWhatBringsIt() {
        List<Provider.Library> needed = Provider.TENSORRT.libraries("linux-x64");
        assertThat(needed.stream().map(Provider.Library::name)).contains("libcuda.so.1", "libcublasLt.so.12", "libcudnn.so.9", "libnvinfer.so.10", "libnvonnxparser.so.10");
        assertThat(Provider.CUDA.libraries("win-x64").stream().map(Provider.Library::name)).contains("nvcuda.dll", "cudnn64_9.dll").noneMatch(name -> name.startsWith("nvinfer"));

        String reason = OrtRuntime.reason(Provider.TENSORRT, "any", List.of(new Provider.Library("libcudnn.so.9", "cuDNN 9"), new Provider.Library("libnvinfer.so.10", "TensorRT 10")), "any");
        assertThat(reason).isEqualTo("the libraries libcudnn.so.9 (cuDNN 9), libnvinfer.so.10 (TensorRT 10) are missing");
        assertThat(OrtRuntime.reason(Provider.CUDA, "any", List.of(new Provider.Library("libcudnn.so.9", "cuDNN 9")), "any")).isEqualTo("the library libcudnn.so.9 (cuDNN 9) is missing");
    }

    @Test
    void theSystemIsAskedForLibraries() {
        Path own = nativeLibrary();
        assertThat(SystemLibraries.missing(List.of(new Provider.Library(own.toString(), "us"), new Provider.Library("libnosuchthing.so.77", "nobody"))).stream().map(Provider.Library::name))
                .containsExactly("libnosuchthing.so.77");
    }

    @Test
    void theLoadersWordsAreUnderstoodOnEverySystem() {
        assertThat(OrtRuntime.missingLibrary("FAIL : Failed to load library /x/libonnxruntime_providers_cuda.so with error: libcublasLt.so.12: cannot open shared object file: No such file or directory"))
                .contains("libcublasLt.so.12");
        assertThat(OrtRuntime.missingLibrary("Error loading \"C:\\x\\onnxruntime_providers_cuda.dll\" which depends on \"cublasLt64_12.dll\" which is missing.")).contains("cublasLt64_12.dll");
        assertThat(OrtRuntime.missingLibrary("dlopen(/x/libplugin.dylib, 0x0001): Library not loaded: @rpath/libhelper.1.dylib")).contains("libhelper.1.dylib");
        assertThat(OrtRuntime.missingLibrary("Failed to load library /etc/hostname with error: /etc/hostname: file too short")).isEmpty();
        assertThat(OrtRuntime.reason(Provider.CUDA, "CUDA failure 100: no CUDA-capable device is detected", List.of(), "b")).startsWith("there is no NVIDIA GPU");
        assertThat(OrtRuntime.reason(Provider.CUDA, "CUDA driver version is insufficient for CUDA runtime version", List.of(), "b")).startsWith("NVIDIA's driver is too old");
        assertThat(OrtRuntime.reason(Provider.COREML, "something else", List.of(), "something else")).isEqualTo("Core ML does not start: something else");
    }

    @Test
    void whatIsWishedForAndCannotBeHadIsAnError() {
        for (DeviceWish wish : List.of(DeviceWish.CUDA, DeviceWish.TENSORRT, DeviceWish.COREML)) {
            Device.Attempt tried = runtime.attempts(DeviceWish.AUTO).stream().filter(attempt -> attempt.provider().equals(wish.text())).findFirst().orElseThrow();
            if (tried.worked()) {
                assertThat(runtime.choose(wish).provider()).isEqualTo(wish.text());
            } else {
                assertThatThrownBy(() -> runtime.choose(wish))
                        .isInstanceOf(EngineException.InvalidInput.class)
                        .hasMessageStartingWith("--device: expected ")
                        .hasMessageContaining(tried.reason())
                        .hasMessageContaining("Choose cpu or auto");
            }
        }
    }

    @Test
    void autoSaysWhatItTried() {
        Device device = runtime.choose(DeviceWish.AUTO);
        assertThat(device.attempts().getFirst().provider()).isEqualTo("cuda");
        assertThat(device.attempts().getLast().worked()).isTrue();
        assertThat(device.provider()).isEqualTo(device.attempts().getLast().provider());
        assertThat(runtime.choose(DeviceWish.CPU).attempts()).hasSize(1);
    }

    @Test
    void everyProviderIsTriedForTheDoctor() {
        assertThat(runtime.attempts(DeviceWish.AUTO).stream().map(Device.Attempt::provider)).containsExactly("cpu", "cuda", "tensorrt", "coreml", "plugin");
        assertThat(runtime.attempts(DeviceWish.AUTO)).allSatisfy(attempt -> assertThat(attempt.reason()).isNotBlank());
        DeviceWish plugin = DeviceWish.plugin(folder.resolve("none.so"));
        assertThat(runtime.attempts(plugin).getLast()).isEqualTo(new Device.Attempt(plugin.text(), false, folder.resolve("none.so") + ", which does not exist"));
    }

    @Test
    void filesThatAreNoPluginsAreRefusedInWordsEachTime() throws IOException {
        Path text = Files.writeString(folder.resolve("text.so"), "no library");
        for (int i = 0; i < 2; i++) {
            assertRefused(folder.resolve("missing.so"), "missing.so, which does not exist");
            assertRefused(folder, "which is a folder");
            assertRefused(text, "which is not a library that this system can load");
            assertRefused(nativeLibrary(), "a library that is not an ONNX Runtime plugin");
        }
    }

    private static void assertRefused(Path file, String reason) {
        assertThatThrownBy(() -> runtime.choose(DeviceWish.plugin(file)))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessageStartingWith("--device: expected an ONNX Runtime plugin provider, found ")
                .hasMessageContaining(reason)
                .hasMessageNotContaining("Error code");
    }

    /// A real library without what a plugin has.
    private static Path nativeLibrary() {
        try {
            Path home = Objects.requireNonNull(NativeLibraries.unpack(folder.resolve("own"), "/ai/onnxruntime/native/" + NativeLibraries.platform() + "/"));
            return home.resolve(System.mapLibraryName("onnxruntime4j_jni"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theProbeComputesOnTheCpu() {
        assertThatCode(() -> {
                    try (SessionOptions options = new SessionOptions()) {
                        ProbeNet.run(runtime.environment(), options);
                    }
                })
                .doesNotThrowAnyException();
    }

    private static OnnxFile network(String axis) {
        OnnxGraph graph = new OnnxGraph()
                .input("sample", TensorType.FLOAT, axis, 4)
                .output("out_sample", TensorType.FLOAT, axis, 4)
                .weight("w", TensorType.FLOAT16, new long[] {2}, new byte[4])
                .node("Identity", List.of("sample"), List.of("out_sample"), Map.of());
        try {
            return OnnxFile.read(graph.write(folder.resolve("network.onnx")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void compiledFormsAreKeptPerContentShapesAndVersions() {
        OnnxFile header = network("batch");
        String key = CompiledForm.key(header, "aa", "TENSORRT 101000, ONNX Runtime 1.29.0");
        assertThat(key).matches("[0-9a-f]{32}").isEqualTo(CompiledForm.key(header, "aa", "TENSORRT 101000, ONNX Runtime 1.29.0"));
        assertThat(List.of(
                        key,
                        CompiledForm.key(header, "bb", "TENSORRT 101000, ONNX Runtime 1.29.0"),
                        CompiledForm.key(header, "aa", "TENSORRT 101100, ONNX Runtime 1.29.0"),
                        CompiledForm.key(header, "aa", "TENSORRT 101000, ONNX Runtime 1.30.0"),
                        CompiledForm.key(network("other"), "aa", "TENSORRT 101000, ONNX Runtime 1.29.0")))
                .doesNotHaveDuplicates();
        assertThat(CompiledForm.passing(header)).isEqualTo(new CompiledForm(Optional.empty(), true));
    }

    @Test
    void anEngineIsAnnouncedOncePerSize() throws IOException {
        CompiledForm form = CompiledForm.kept(folder, Provider.TENSORRT, network("batch"), "aa", "1");
        Path kept = form.folder().orElseThrow();
        assertThat(kept).startsWith(folder.resolve("tensorrt")).isDirectory();
        assertThat(form.isNew()).isTrue();

        String phase = Provider.TENSORRT.compiling("unet/model.onnx").orElseThrow();
        assertThat(phase).isEqualTo("Building the TensorRT engine of unet/model.onnx, some minutes the first time");
        List<String> done = new ArrayList<>();
        Preparation preparation = new Preparation(form, phase, (width, height, cancel) -> done.add("asked " + width + "x" + height));
        for (int width : List.of(512, 512, 768)) {
            preparation.prepare(width, 512, (text, fraction) -> done.add(text), new CancelToken());
        }
        assertThat(done).containsExactly(phase, "asked 512x512", phase, "asked 768x512");
        assertThat(form.isNew()).isFalse();

        // Another start of the program finds it.
        CompiledForm again = CompiledForm.kept(folder, Provider.TENSORRT, network("batch"), "aa", "1");
        assertThat(again.serves(768, 512)).isTrue();
        assertThat(again.serves(512, 768)).isFalse();
        Preparation.NOTHING.prepare(512, 512, (text, fraction) -> done.add(text), new CancelToken());
        assertThat(done).hasSize(4);
    }

    @Test
    void aCallThatFailsIsAnnouncedAgain() {
        CompiledForm form = CompiledForm.kept(folder, Provider.TENSORRT, network("batch"), "cc", "1");
        Preparation failing = new Preparation(form, "building", (width, height, cancel) -> {
            throw new EngineException.InferenceFailure("The engine could not be built.", null);
        });
        assertThatThrownBy(() -> failing.prepare(64, 64, (text, fraction) -> {}, new CancelToken())).hasMessage("The engine could not be built.");
        assertThat(form.serves(64, 64)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "cpu", "cuda", "tensorrt", "coreml", "plugin:/opt/a b/provider.so"})
    void wishesAreWrittenAsTheyAreRead(String text) {
        DeviceWish wish = DeviceWish.of(text);
        assertThat(DeviceWish.of(wish.text())).isEqualTo(wish);
        assertThat(DeviceWish.of(" " + text.replace("plugin", "PLUGIN").replace("cuda", "Cuda"))).isEqualTo(wish);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tpu", "cuda:1", "plugin", "plugin:", "plugin:  ", "plugin:a\0b", "gpu"})
    void whatIsNoWishIsRefused(String text) {
        assertThatThrownBy(() -> DeviceWish.of(text)).isInstanceOf(EngineException.InvalidInput.class).hasMessageStartingWith("--device: expected ");
    }

    @Test
    void aRelativePluginIsTakenFromTheWorkingFolder() {
        assertThat(DeviceWish.of("plugin:x/../provider.so").library()).contains(Path.of("provider.so").toAbsolutePath());
    }
}
