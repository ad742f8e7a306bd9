package org.lodestar.engine.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.record.Versions;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command line: the same program without a window. Results go to standard output, everything else to standard error; see [ExitCode].
@Command(
        name = "lodestar",
        description = "Makes images with diffusion models and shows what guidance does.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = HelpCommand.class)
public final class LodestarCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    private LodestarCommand() {}

    /// The command line of this process.
    ///
    /// @param more further commands (picocli command objects), such as those that need the window
    public static CommandLine create(Object... more) {
        SecureRandom random = new SecureRandom();
        return create(new Context(Terminal.ofThisProcess(), Installation.ofThisSystem(), random::nextLong), more);
    }

    /// Tells why the program cannot do what was asked.
    ///
    /// @return `exitCode`
    public static int refuse(int exitCode, String sentence) {
        Terminal.ofThisProcess().say(sentence);
        return exitCode;
    }

    static CommandLine create(Context context, Object... more) {
        CommandLine line = new CommandLine(new LodestarCommand());
        line.addSubcommand(new GenerateCommand(context));
        line.addSubcommand(new ScoutCommand(context));
        line.addSubcommand(new CompareCommand(context));
        line.addSubcommand(new ReplayCommand(context));
        line.addSubcommand(new CommandLine(new ModelsCommand()).addSubcommand(new ModelsCommand.All(context)).addSubcommand(new ModelsCommand.Inspect(context)));
        line.addSubcommand(new CatalogCommand.Samplers(context));
        line.addSubcommand(new CatalogCommand.Policies(context));
        line.addSubcommand(new ConceptsCommand(context));
        line.addSubcommand(new CommandLine(new BenchCommand()).addSubcommand(new OverheadBench(context)).addSubcommand(new SpeedBench(context)).addSubcommand(new PoliciesBench(context)));
        line.addSubcommand(new EvidenceCommand(context));
        line.addSubcommand(new CalibrateCommand(context));
        line.addSubcommand(new CommandLine(new DocsCommand()).addSubcommand(new DocsCommand.Guidance(context)));
        line.addSubcommand(new DoctorCommand(context));
        for (Object command : more) {
            line.addSubcommand(command);
        }
        Terminal terminal = context.terminal();
        everywhere(line);
        line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
        line.setParameterExceptionHandler((e, args) -> misspelt(terminal, e, List.of(args).contains("--json")));
        line.setExecutionExceptionHandler((e, _, parsed) -> failed(terminal, e, parsed.originalArgs().contains("--json")));
        return line;
    }

    /// Every command answers `--help` and `--version`, in plain text.
    private static void everywhere(CommandLine line) {
        line.getCommandSpec().mixinStandardHelpOptions(true).version("Lodestar " + Versions.LODESTAR);
        line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        line.setUsageHelpWidth(120);
        line.setUsageHelpAutoWidth(false);
        line.getSubcommands().values().stream().filter(sub -> !(sub.getCommand() instanceof HelpCommand)).forEach(LodestarCommand::everywhere);
    }

    @Override
    public void run() {
        Objects.requireNonNull(spec).commandLine().usage(Objects.requireNonNull(spec).commandLine().getOut());
    }

    private static int misspelt(Terminal terminal, ParameterException e, boolean json) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        String help = "See ./" + command + " --help";
        Problem problem =
                switch (e) {
                    case CommandLine.UnmatchedArgumentException unmatched -> {
                        List<String> near = unmatched.getSuggestions();
                        String first = unmatched.getUnmatched().getFirst();
                        String expected = e.getCommandLine().getSubcommands().isEmpty() || first.startsWith("-")
                                ? "an option it has"
                                : "one of " + String.join(", ", e.getCommandLine().getSubcommands().keySet());
                        yield new Problem(command, expected, first, near.isEmpty() ? help : "Did you mean " + near.getFirst() + "? " + help);
                    }
                    case CommandLine.MissingParameterException missing -> {
                        String name = missing.getMissing().stream()
                                .map(arg -> arg instanceof CommandLine.Model.OptionSpec option ? option.longestName() : arg.paramLabel())
                                .findFirst()
                                .orElse(command);
                        yield new Problem(name, "a value", "none", help);
                    }
                    default -> new Problem(command, "options as in its help", String.valueOf(e.getMessage()), help);
                };
        terminal.problems(List.of(problem), json);
        return ExitCode.BAD_INPUT;
    }

    private static int failed(Terminal terminal, Exception e, boolean json) {
        return switch (e) {
            case Following.Stopped stopped -> {
                terminal.say(String.valueOf(stopped.getMessage()));
                stopped.told();
                yield ExitCode.CANCELLED;
            }
            case EngineException.InvalidInput input -> {
                terminal.problems(input.problems(), json);
                yield ExitCode.BAD_INPUT;
            }
            case EngineException.ModelProblem model -> {
                terminal.problems(model.problems(), json);
                yield ExitCode.BAD_INPUT;
            }
            case EngineException known -> {
                terminal.say(String.valueOf(known.getMessage()));
                yield ExitCode.of(known);
            }
            default -> {
                System.getLogger(LodestarCommand.class.getName()).log(System.Logger.Level.DEBUG, "unexpected", e);
                terminal.say("Something went wrong inside the program (" + e + "). Run ./lodestar doctor, and report this line if it happens again.");
                yield ExitCode.FAILED;
            }
        };
    }
}
