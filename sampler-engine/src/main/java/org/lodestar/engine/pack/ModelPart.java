package org.lodestar.engine.pack;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.pack.OnnxFile.External;
import org.lodestar.engine.pack.OnnxFile.Port;

/// One network of a model folder, checked without loading it.
///
/// @param role   what it is: the path of its usual folder in the model, like `unet` or `weak/unet`
/// @param where  what messages call the ONNX file: its path in the model, with `/`
/// @param file   the ONNX file
/// @param header what it declares
/// @param files  the ONNX file and the files its weights lie in
/// @param bytes  their sizes together
public record ModelPart(String role, String where, Path file, OnnxFile header, List<Path> files, long bytes) {
    private static final long MAX_ONNX_BYTES = 1L << 31;
    private static final String GIT_LFS = "version https://git-lfs";
    private static final List<String> PYTORCH = List.of(".safetensors", ".ckpt", ".bin", ".pt", ".pth");

    public ModelPart {
        files = List.copyOf(files);
    }

    PackageReport.Component component() {
        return new PackageReport.Component(
                role,
                where,
                bytes,
                header.inputs().stream().map(Port::toString).toList(),
                header.outputs().stream().map(Port::toString).toList(),
                PackageReport.Make.of(header));
    }

    /// Reads the part of the model at `root` that lies in the ONNX file `where`; empty, with all reasons in `problems`, if it cannot be used.
    static Optional<ModelPart> read(Path root, String role, String where, List<Problem> problems) {
        Path file = root.resolve(where);
        int before = problems.size();
        try {
            if (!Files.isRegularFile(file)) {
                problems.add(missing(root, where, file));
                return Optional.empty();
            }
            long bytes = Files.size(file);
            if (bytes == 0) {
                problems.add(new Problem(where, "an ONNX file", "an empty file", "Download this file again"));
            } else if (isGitLfsPointer(file)) {
                problems.add(gitLfs(where));
            } else if (isLinkedTwice(file)) {
                problems.add(linkedTwice(where, "a file that has a second name elsewhere (a hard link)"));
            } else if (bytes > MAX_ONNX_BYTES) {
                problems.add(new Problem(where, "an ONNX file below 2 GB with its weights beside it", bytes + " bytes", "Export it with external data"));
            } else {
                OnnxFile header = OnnxFile.read(file);
                if (header.problem() != null) {
                    problems.add(new Problem(where, "a well-formed model", "that " + header.problem(), "Export this part again from the original model, and do not use this file"));
                }
                Map<Path, Long> weights = externals(file, where, header, problems);
                if (problems.size() == before) {
                    List<Path> files = new ArrayList<>(List.of(file));
                    files.addAll(weights.keySet());
                    return Optional.of(new ModelPart(role, where, file, header, files, bytes + weights.values().stream().mapToLong(Long::longValue).sum()));
                }
            }
        } catch (OnnxFile.Malformed e) {
            problems.add(new Problem(where, "an ONNX model", format(file).orElse("a damaged file or another format (" + e.getMessage() + ")"), "Download or export this file again"));
        } catch (IOException e) {
            problems.add(new Problem(where, "a readable file", String.valueOf(e.getMessage()), "Check the permissions of the folder"));
        }
        return Optional.empty();
    }

    /// What is there instead of an ONNX file: often the same network under another name or in PyTorch's format.
    private static Problem missing(Path root, String where, Path file) {
        List<String> beside = names(file.getParent());
        Optional<String> other = beside.stream().filter(name -> name.endsWith(".onnx")).findFirst();
        Optional<String> torch = (beside.isEmpty() ? names(root) : beside).stream().filter(name -> PYTORCH.stream().anyMatch(name::endsWith)).findFirst();
        if (other.isPresent()) {
            return new Problem(where, "an ONNX file of that name", other.get(), "Rename it to " + file.getFileName() + ", or name it under \"files\" in " + Manifest.FILE);
        }
        if (torch.isPresent()) {
            return new Problem(where, "an ONNX file", "weights for PyTorch (" + torch.get() + ")", "Export the model to ONNX; docs/models.md says how");
        }
        return new Problem(where, "an ONNX file", "nothing", "Copy the whole model folder, or export this part again");
    }

    /// The files in a folder, sorted; none where it cannot be listed.
    private static List<String> names(@Nullable Path folder) {
        if (folder == null || !Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isRegularFile).map(entry -> String.valueOf(entry.getFileName())).sorted().toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }

    /// What a file that is no ONNX model is instead, as far as its first bytes tell.
    private static Optional<String> format(Path file) {
        try {
            String start = start(file, 64).stripLeading();
            return start.startsWith("<")
                    ? Optional.of("a web page (the download asked for a login, or failed)")
                    : start.startsWith("PK") ? Optional.of("a ZIP archive or weights for PyTorch") : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static boolean isGitLfsPointer(Path file) throws IOException {
        return start(file, GIT_LFS.length()).equals(GIT_LFS);
    }

    private static String start(Path file, int bytes) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(bytes), StandardCharsets.ISO_8859_1);
        }
    }

    private static Problem linkedTwice(String where, String found) {
        return new Problem(where, "files that belong to this model alone", found, "Copy the model folder and open the copy");
    }

    private static Problem gitLfs(String where) {
        return new Problem(where, "the file itself", "a Git LFS pointer (the folder was cloned without Git LFS)",
                "Install Git LFS and run 'git lfs pull' in the folder");
    }

    /// The files that hold external weights, with their sizes.
    private static Map<Path, Long> externals(Path file, String where, OnnxFile header, List<Problem> problems) throws IOException {
        Map<String, Long> needed = new LinkedHashMap<>();
        for (External external : header.externals()) {
            if (external.offset() < 0 || external.length() < -1 || external.length() > Long.MAX_VALUE / 2 || external.offset() > Long.MAX_VALUE / 2) {
                problems.add(new Problem(where, "weights inside their file",
                        "offset " + external.offset() + " and length " + external.length() + " for " + external.tensor(),
                        "Do not use this file"));
                return Map.of();
            }
            needed.merge(external.location(), external.end(), Math::max);
        }
        Map<Path, Long> found = new LinkedHashMap<>();
        needed.forEach((location, end) -> weights(file, where, location, end, problems).ifPresent(path -> found.put(path, sizeOf(path))));
        return found;
    }

    /// The file of weights at `location`, if it is one that this model may read.
    private static Optional<Path> weights(Path file, String where, String location, long end, List<Problem> problems) {
        Path folder = file.toAbsolutePath().normalize().getParent();
        Path target = plainPath(folder, location);
        if (target == null) {
            problems.add(outside(where, "the path " + location));
            return Optional.empty();
        }
        if (!Files.isRegularFile(target)) {
            problems.add(new Problem(where, "its weights in the file " + location, "no such file", "Copy that file beside " + file.getFileName() + " too"));
            return Optional.empty();
        }
        try {
            if (!staysInside(file, folder, target)) {
                problems.add(outside(where, location + ", a link to " + target.toRealPath()));
                return Optional.empty();
            }
            if (isLinkedTwice(target)) {
                problems.add(linkedTwice(where, location + ", a file that has a second name elsewhere (a hard link)"));
                return Optional.empty();
            }
            if (isGitLfsPointer(target)) {
                problems.add(gitLfs(where.substring(0, where.lastIndexOf('/') + 1) + location));
                return Optional.empty();
            }
        } catch (IOException e) {
            problems.add(new Problem(where, "a readable file " + location, String.valueOf(e.getMessage()), "Check the permissions of the folder"));
            return Optional.empty();
        }
        if (sizeOf(target) < end) {
            problems.add(new Problem(where, end + " bytes of weights in " + location, sizeOf(target) + " bytes", "Download that file again: it is not complete"));
            return Optional.empty();
        }
        return Optional.of(file.resolveSibling(Path.of(location).normalize()));
    }

    private static Problem outside(String where, String found) {
        return new Problem(where, "weights in the model's own folder", found, "Do not use this file: it reaches outside its folder");
    }

    /// `location` in `folder`, or null if it is not a plain path below it.
    static @Nullable Path plainPath(@Nullable Path folder, String location) {
        try {
            if (folder == null || location.isBlank() || Path.of(location).isAbsolute()) {
                return null;
            }
            Path target = folder.resolve(location).normalize();
            return target.startsWith(folder) && !target.equals(folder) ? target : null;
        } catch (InvalidPathException e) {
            return null;
        }
    }

    /// Links are fine as long as they lead to where the model itself lies: download caches link both into one folder.
    private static boolean staysInside(Path file, @Nullable Path folder, Path target) throws IOException {
        Path real = target.toRealPath();
        Path beside = file.toRealPath().getParent();
        return (folder != null && real.startsWith(folder.toRealPath())) || (beside != null && real.startsWith(beside));
    }

    private static boolean isLinkedTwice(Path file) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return false;
        }
        return Files.getAttribute(file.toRealPath(), "unix:nlink") instanceof Integer links && links > 1;
    }

    private static long sizeOf(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return -1;
        }
    }
}
