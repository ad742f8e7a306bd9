package org.lodestar.engine.internal.ort;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.codec.ByteFallbackTokenizer;
import org.lodestar.engine.codec.ClipTokenizer;
import org.lodestar.engine.codec.Tokenizer;
import org.lodestar.engine.codec.UnigramTokenizer;
import org.lodestar.engine.codec.WordPieceTokenizer;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Adviser;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Cancelled;
import org.lodestar.engine.model.Denoiser;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.pack.Companions;
import org.lodestar.engine.pack.ContentHash;
import org.lodestar.engine.pack.DenoiserPorts;
import org.lodestar.engine.pack.Device;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.GpuOnly;
import org.lodestar.engine.pack.KeyedCache;
import org.lodestar.engine.pack.Lent;
import org.lodestar.engine.pack.MemoryNeed;
import org.lodestar.engine.pack.ModelFolder;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.pack.ModelLoader;
import org.lodestar.engine.pack.ModelPackage;
import org.lodestar.engine.pack.ModelPart;
import org.lodestar.engine.pack.PackageReport;
import org.lodestar.engine.pack.SchedulerConfig;
import org.lodestar.engine.pack.TokenizerKind;
import org.lodestar.engine.preview.LatentPreviewer;
import org.lodestar.engine.schedule.NoiseLevel;

/// Opens model folders on ONNX Runtime.
public final class OrtModelLoader implements ModelLoader {
    private final Path cacheFolder;
    private final KeyedCache cache;
    private final int threads;
    private final boolean anyMemory;
    private final Optional<Long> memory;
    private @Nullable OrtRuntime runtime;

    /// @param cacheFolder for the unpacked native library, hashes, preview factors and measurements
    /// @param threads     threads per network call on the CPU; 0 = one per physical core
    public OrtModelLoader(Path cacheFolder, int threads) {
        this(cacheFolder, threads, false);
    }

    /// @param anyMemory whether to load models that need more memory than the machine has ([MemoryNeed])
    public OrtModelLoader(Path cacheFolder, int threads, boolean anyMemory) {
        this(cacheFolder, threads, anyMemory, MemoryNeed.ofThisMachine());
    }

    /// @param memory bytes of the machine; empty if unknown
    OrtModelLoader(Path cacheFolder, int threads, boolean anyMemory, Optional<Long> memory) {
        this.memory = memory;
        this.cacheFolder = cacheFolder;
        this.cache = new KeyedCache(cacheFolder);
        this.threads = threads;
        this.anyMemory = anyMemory;
    }

    @Override
    public ModelLoader allowingAnyMemory() {
        return anyMemory ? this : new OrtModelLoader(cacheFolder, threads, true, memory);
    }

    @Override
    public PackageReport inspect(Path folder) {
        return ModelFolder.inspect(folder).report();
    }

    @Override
    public List<Device.Attempt> devices(DeviceWish wish) {
        return runtime().attempts(wish);
    }

    @Override
    public void check(Path folder, List<Lent> lent) {
        contents(ModelFolder.inspect(folder), lent);
    }

    private static ModelFolder.Contents contents(ModelFolder found, List<Lent> lent) {
        ModelFolder.Contents contents = found.contents();
        if (contents == null) {
            throw new EngineException.ModelProblem(found.report().problems(), null);
        }
        for (Lent net : lent) {
            contents = contents.borrowing(net.role(), Path.of(net.model()));
        }
        return contents;
    }

    @Override
    public ModelPackage open(Path folder, List<Lent> lent, DeviceWish wish, LoadListener listener, CancelToken cancel) {
        listener.phase("reading the folder", 0);
        ModelFolder found = ModelFolder.inspect(folder);
        ModelFolder.Contents contents = contents(found, lent);
        OrtRuntime ort = runtime();
        Device device = ort.choose(wish);
        List<HeldNet> nets = new ArrayList<>();
        try {
            return new Opening(folder, lent, found.report(), contents, ort, device, listener, cancel, nets).open();
        } catch (RuntimeException | Error e) {
            nets.reversed().forEach(HeldNet::close);
            NativeHeap.giveBack();
            throw e;
        }
    }

    private synchronized OrtRuntime runtime() {
        if (runtime == null) {
            runtime = OrtRuntime.start(cacheFolder, threads);
        }
        return runtime;
    }

    /// One model being opened.
    private final class Opening {
        private final Path folder;
        private final List<Lent> lent;
        private final PackageReport report;
        private final ModelFolder.Contents contents;
        private final OrtRuntime ort;
        private final Device device;
        private final LoadListener listener;
        private final CancelToken cancel;
        private final List<HeldNet> nets;
        /// Shared by the parts that every picture needs, where memory is short.
        private final Optional<Turns> turns;
        private final Provider provider;
        /// Where networks run that are asked now and then, in shapes that vary.
        private final Device aside;
        private final BorrowedNets borrowed;
        private boolean opened;

        Opening(
                Path folder,
                List<Lent> lent,
                PackageReport report,
                ModelFolder.Contents contents,
                OrtRuntime ort,
                Device device,
                LoadListener listener,
                CancelToken cancel,
                List<HeldNet> nets) {
            this.folder = folder;
            this.lent = lent;
            this.report = report;
            this.contents = contents;
            this.ort = ort;
            this.device = device;
            this.listener = listener;
            this.cancel = cancel;
            this.nets = nets;
            this.borrowed = new BorrowedNets(contents, this::hash);
            this.provider = Provider.of(DeviceWish.of(device.provider()).kind());
            this.aside = provider == Provider.TENSORRT ? new Device("cuda", device.label(), device.threads(), device.attempts()) : device;
            boolean isShort = provider == Provider.CPU && memory.map(MemoryNeed.of(contents)::takesTurns).orElse(false);
            this.turns = isShort ? Optional.of(new Turns()) : Optional.empty();
        }

        ModelPackage open() {
            phase("checking the files", 0.05);
            List<String> warnings = new ArrayList<>();
            if (provider == Provider.CPU || provider == Provider.COREML) {
                refuseGpuOnly();
                memory.flatMap(bytes -> MemoryNeed.of(contents).check(bytes, anyMemory)).ifPresent(warnings::add);
                warnings.forEach(warning -> phase(warning, 0.05));
            }
            String hash = hash(folder, contents.files());
            phase("text encoder", 0.1);
            OrtTextEncoder encoder = new OrtTextEncoder(contents.texts().stream().map(this::text).toList(), contents.layout(), takesManyChunks());
            phase("denoiser", 0.3);
            Map<Branch.Net, OrtDenoiser.Source> sources = new EnumMap<>(Branch.Net.class);
            contents.denoisers().forEach((kind, denoising) -> {
                LazyNet net = kind == Branch.Net.MAIN ? needed(denoising.part(), OrtRuntime.Use.STEADY) : net(denoising.part(), OrtRuntime.Use.STEADY);
                sources.put(kind, new OrtDenoiser.Source(
                        told -> net.get(),
                        denoising.ports(),
                        parameterization(kind, denoising),
                        shown(denoising.ports()),
                        denoising.timeScale(),
                        onTheCpu(denoising.part()).map(exact -> exact)));
                if (kind == Branch.Net.MAIN) {
                    net.get();
                }
            });
            OrtDenoiser.Source own = Objects.requireNonNull(sources.get(Branch.Net.MAIN), "a checked folder has a denoiser");
            if (own.ports().takesGuidance()) {
                sources.putIfAbsent(Branch.Net.DISTILLED, own);
            }
            ModelFolder.Denoising second = contents.denoisers().get(Branch.Net.SECOND);
            MixedNet mixed = second == null ? null : new MixedNet(ort, device, main().part(), second.part());
            if (mixed != null) {
                nets.add(mixed);
                sources.put(Branch.Net.MIXED, new OrtDenoiser.Source(told -> mixed.at(OrtDenoiser.share(told)), own.ports(), own.parameterization(), own.shown(), own.timeScale()));
            }
            phase("decoder", 0.7);
            OrtNet decoder = needed(contents.decoder(), OrtRuntime.Use.NOW_AND_THEN).get();
            LazyNet exact = onTheCpu(contents.decoder()).orElse(null);
            LazyNet picture = contents.encoder().map(part -> needed(part, OrtRuntime.Use.NOW_AND_THEN)).orElse(null);
            LazyNet exactPicture = contents.encoder().flatMap(this::onTheCpu).orElse(null);
            OrtLatentCodec codec = new OrtLatentCodec(decoder, exact, picture, exactPicture, contents.format());
            phase("preview", 0.8);
            LatentPreviewer previewer = new Previews(contents, cache, () -> hash(folder, contents.decoder().files()), part -> net(part, OrtRuntime.Use.PREVIEW), cancel).of(codec, warnings);
            phase("first calls", 0.9);
            CallLayout layout = turns.isPresent() ? CallLayout.EACH : layout(sources, encoder);
            Denoiser plain = denoiser(sources, layout);
            Denoiser denoiser = borrowed.matched(mixed == null ? plain : mixed.inside(plain));
            Adviser adviser = adviser(encoder, codec);
            Preparation preparation = preparation(denoiser, encoder);
            preparation.prepare(contents.defaults().size().width(), contents.defaults().size().height(), listener, cancel);
            opened = true;
            phase("ready", 1);
            List<String> notes = Stream.of(warnings, report.notes(), borrowed.notes(), contents.noise().notes()).flatMap(List::stream).toList();
            ModelInfo info = new ModelInfo(
                    report.name(), folder, report.family(), hash, device, layout.id(), contents.sizes(), contents.defaults(),
                    new ModelInfo.Abilities(denoiser.nets(), adviser.kinds(), adviser.labels(), contents.takesParts()), contents.calibrations(), notes, borrowed.hashed(lent));
            return new OrtModelPackage(
                    info,
                    encoder,
                    denoiser,
                    adviser,
                    codec,
                    contents.noise(),
                    contents.format(),
                    contents.patch(),
                    contents.picture(),
                    previewer,
                    preparation,
                    List.copyOf(nets));
        }

        /// Channels of a picture after those of the state.
        private int shown(DenoiserPorts ports) {
            return ports.channels() > 0 ? Math.toIntExact(ports.channels()) - contents.format().channels() : contents.picture().channels();
        }

        private ModelFolder.Denoising main() {
            return Objects.requireNonNull(contents.denoisers().get(Branch.Net.MAIN), "a checked folder has a denoiser");
        }

        private OrtDenoiser denoiser(Map<Branch.Net, OrtDenoiser.Source> sources, CallLayout layout) {
            return new OrtDenoiser(sources, new DenoiserInputs(contents.format().downscale(), contents.family().usualGuidance()), layout);
        }

        /// What a net puts out: all but the one that maps noises to noises are denoisers like the main one.
        private Parameterization parameterization(Branch.Net kind, ModelFolder.Denoising net) {
            SchedulerConfig taught = net.lender().map(lender -> lender.contents().noise()).orElse(contents.noise());
            return kind == Branch.Net.REFLECTED ? Parameterization.EPS : taught.parameterization();
        }

        /// CLIP's chunks may be joined where every denoiser takes any number of tokens.
        private boolean takesManyChunks() {
            return contents.layout().blankRows() == 0
                    && contents.texts().stream().allMatch(text -> text.kind() == TokenizerKind.CLIP)
                    && contents.denoisers().values().stream()
                            .map(denoising -> denoising.ports().port(DenoiserPorts.Meaning.TEXT_STATES))
                            .allMatch(port -> port != null && port.fixed(1) <= 0);
        }

        private OrtTextEncoder.Part text(ModelFolder.TextPart text) {
            return new OrtTextEncoder.Part(tokenizer(text), needed(text.part(), OrtRuntime.Use.NOW_AND_THEN).get(), text.states(), text.pooled(), text.below());
        }

        private static Tokenizer tokenizer(ModelFolder.TextPart text) {
            return switch (text.kind()) {
                case WORD_PIECE -> WordPieceTokenizer.read(text.tokenizer().resolve("vocab.txt"), text.context());
                case CLIP -> ClipTokenizer.read(text.tokenizer(), text.padding(), text.context());
                case UNIGRAM -> UnigramTokenizer.read(text.tokenizer(), text.context());
                case BYTE_FALLBACK -> ByteFallbackTokenizer.read(text.tokenizer(), text.context());
            };
        }

        private Adviser adviser(OrtTextEncoder encoder, OrtLatentCodec codec) {
            Companions companions = contents.companions();
            if (companions.kinds().isEmpty()) {
                return Adviser.NONE;
            }
            Map<String, LazyNet> companionNets = companions.parts().collect(Collectors.toMap(ModelPart::role, part -> net(part, OrtRuntime.Use.NOW_AND_THEN)));
            return new OrtAdviser(companions, companionNets, tokenizer(contents.texts().getFirst()), encoder, codec);
        }

        private void phase(String name, double fraction) {
            if (cancel.isCancelled()) {
                throw new Cancelled();
            }
            listener.phase(name, fraction);
        }

        /// The same network on the CPU, for what overflows on another device.
        private Optional<LazyNet> onTheCpu(ModelPart part) {
            boolean can = !device.provider().equals("cpu") && GpuOnly.operators(part.header()).isEmpty();
            return can ? Optional.of(net(part, OrtRuntime.Use.NOW_AND_THEN, ort.choose(DeviceWish.CPU), new Turns())) : Optional.empty();
        }

        /// A part that pictures need, in turn with the others where memory is short.
        private LazyNet needed(ModelPart part, OrtRuntime.Use use) {
            return net(part, use, place(use), turns.orElseGet(Turns::new));
        }

        private LazyNet net(ModelPart part, OrtRuntime.Use use) {
            return net(part, use, place(use), new Turns());
        }

        private Device place(OrtRuntime.Use use) {
            return use == OrtRuntime.Use.STEADY ? device : aside;
        }

        private LazyNet net(ModelPart part, OrtRuntime.Use use, Device where, Turns inTurn) {
            LazyNet net = new LazyNet(() -> {
                Provider on = Provider.of(DeviceWish.of(where.provider()).kind());
                CompiledForm form = form(part, on);
                if (!opened && form.isNew()) {
                    on.compiling(part.where()).ifPresent(text -> phase(text, 0.2));
                }
                return OrtNet.open(ort, where, use, part.where(), part.file(), part.header(), form, inTurn);
            });
            nets.add(net);
            return net;
        }

        /// Where the provider keeps what it compiles `part` into.
        private CompiledForm form(ModelPart part, Provider on) {
            return on.compiling(part.where()).isPresent()
                    ? CompiledForm.kept(cacheFolder, on, part.header(), hash(borrowed.folderOf(part, folder), part.files()), ort.versions(on))
                    : CompiledForm.passing(part.header());
        }

        /// TensorRT builds an engine for the shapes of the first call, and builds it again for others: each picture size is called once beforehand, with the phase shown.
        private Preparation preparation(Denoiser denoiser, OrtTextEncoder encoder) {
            if (provider != Provider.TENSORRT) {
                return Preparation.NOTHING;
            }
            return new Preparation(
                    form(main().part(), provider),
                    provider.compiling(main().part().where()).orElseThrow(),
                    (width, height, token) -> denoiser.predict(List.of(query(encoder, "", width, height, token)), token));
        }

        /// What a trial asks of the denoiser.
        private Query query(OrtTextEncoder encoder, String text, int width, int height, CancelToken token) {
            int unit = contents.format().downscale();
            Latents x = Latents.zeros(contents.format().channels(), height / unit, width / unit).like(i -> StrictMath.sin(i));
            NoiseLevel level = contents.noise().schedule().at(contents.noise().schedule().maxTime() / 2);
            return new Query(Branch.main("trial", encoder.encode(text, token)), x, level);
        }

        private void refuseGpuOnly() {
            Stream<ModelPart> all = Stream.of(
                            contents.texts().stream().map(ModelFolder.TextPart::part),
                            contents.denoisers().values().stream().map(ModelFolder.Denoising::part),
                            Stream.of(contents.decoder()),
                            contents.encoder().stream(),
                            contents.companions().parts())
                    .flatMap(parts -> parts);
            List<Problem> problems = all.filter(part -> !GpuOnly.operators(part.header()).isEmpty())
                    .map(part -> new Problem(
                            part.where(),
                            "operators the CPU can do",
                            "an export for GPUs (" + String.join(", ", GpuOnly.operators(part.header())) + ")",
                            "Use a plain export of this model, or run it on a GPU"))
                    .toList();
            if (!problems.isEmpty()) {
                throw new EngineException.ModelProblem(problems, null);
            }
        }

        private String hash(Path root, List<Path> files) {
            try {
                return new ContentHash(cache).of(root, files);
            } catch (IOException e) {
                throw new EngineException.ModelProblem(
                        List.of(new Problem(root.toString(), "readable files", String.valueOf(e.getMessage()), "Check the permissions of the folder")), e);
            }
        }

        /// The layout measured for this denoiser on this device, once: which one a run uses must not change from start to start.
        ///
        /// TensorRT is always asked one by one: with calls of several sizes of batch it would build its engine again for each.
        private CallLayout layout(Map<Branch.Net, OrtDenoiser.Source> sources, OrtTextEncoder encoder) {
            if (provider == Provider.TENSORRT) {
                return CallLayout.EACH;
            }
            ModelPart part = main().part();
            String key = "layout 1\n" + hash(borrowed.folderOf(part, folder), part.files()) + "\n" + device.provider() + "\n" + device.threads() + "\n" + ort.version();
            Optional<CallLayout> known = cache.get("layout", key)
                    .flatMap(text -> Stream.of(CallLayout.values()).filter(layout -> layout.id().equals(text)).findFirst());
            if (known.isPresent()) {
                return known.get();
            }
            ModelInfo.Size size = contents.defaults().size();
            List<Query> pair = Stream.of("", "a").map(text -> query(encoder, text, size.width(), size.height(), cancel)).toList();
            CallLayout layout = CallLayoutTrial.run(
                    kind -> denoiser(sources, kind), pair, device.provider().equals("cpu"), cancel);
            cache.put("layout", key, layout.id());
            return layout;
        }
    }
}
