// The entry points of byte-oriented engines: AFL++ and libFuzzer start this program, and `session` is an engine of its own. All
// of them run the one target of EngineInputs. Where the program comes to instrumented code, a trace map is there: see TraceMap.

using System.CommandLine;
using System.Globalization;
using Managarm.Perf.Fuzz.EngineInputs;
using Managarm.Perf.Results.Commands;
using SharpFuzz;

namespace Managarm.Perf.Fuzz.ByteEngines;

/// <summary>The ByteEngines application.</summary>
public sealed class ByteEnginesApplication
{
    private const ulong DefaultExecutions = 20_000;

    private readonly Option<string> protocol = Make("--protocol", "P", "Protocol (default tristate).");
    private readonly Option<string> profile = Make(
        "--profile", "NAME", "Whose rules apply: managarm (default), linux or posix.");

    private readonly Option<string> defect = Make("--defect", "NAME,..", "Plant defects.");
    private readonly Option<string> executions = Make("--executions", "N", $"Inputs to run (default {DefaultExecutions}).");
    private readonly Option<string> seed = Make("--seed", "S", "Seed of the changes (default 1).");

    private readonly Option<string> until = Make(
        "--until", "SIGNATURE", "End at a violation like this, known or not; * is any text.");

    private readonly Option<string> save = Make("--save", "DIR", "Where the input that ends a session goes (default: nowhere).");
    private readonly Argument<string[]> files = new("FILE") { Arity = ArgumentArity.OneOrMore, Description = "Inputs." };
    private readonly Argument<string> folder = new("DIR") { Description = "Folder for the inputs." };
    private readonly CommandContext context;

    private ByteEnginesApplication(CommandContext context)
    {
        this.context = context;
    }

    private static void Main(string[] arguments) => CommandHost.Run(arguments, Run);

    /// <summary>Runs a command line.</summary>
    /// <param name="arguments">Command and options.</param>
    /// <param name="context">Where it runs.</param>
    /// <returns>Exit code; see <see cref="CommandExit"/>.</returns>
    public static int Run(string[] arguments, CommandContext context)
    {
        TraceMap.Prepare();
        var self = new ByteEnginesApplication(context);
        return CommandGuard.Run(context, arguments, () => CommandGuard.Invoke(self.CreateRoot(), arguments, context));
    }

    private static Option<string> Make(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description };

    private RootCommand CreateRoot() => new("Runs bytes that engines make: scenarios with schedules.")
    {
        CreateEngine("afl", "Serves AFL++, in a process that it can lose.", static target =>
            Fuzzer.OutOfProcess.Run(stream => target.RunOrThrow(ReadAll(stream)))),
        CreateEngine("libfuzzer", "Serves the bridge to libFuzzer.", static target =>
            Fuzzer.LibFuzzer.Run(target.RunOrThrow)),
        CreateEngine("stdin", "Runs one input of standard input, or serves AFL++ in this process.", static target =>
            Fuzzer.Run(stream => target.RunOrThrow(ReadAll(stream)))),
        Create("session", "Changes inputs and runs them, led by the trace.", RunSession, executions, seed, until, save),
        Create("replay", "Says what each file does.", Replay, files),
        new Command("seeds", "Writes the inputs that engines start from.") { folder }.Doing(WriteSeeds),
        new Command("hashes", "Prints the hash of every seed's runs under every protocol.").Doing(_ =>
        {
            TraceHashes.Write(context.Output);
            return CommandExit.Clean;
        }),
    };

    private Command CreateEngine(string name, string description, Action<ByteTarget> serve) =>
        Create(name, description, parsed =>
        {
            using ByteTarget target = TargetOf(parsed);
            try
            {
                serve(target);
                return CommandExit.Clean;
            }
            catch (NewViolationException violation)
            {
                // No engine was there to take it.
                context.Output.WriteLine($"NEW: {violation.Message}");
                return CommandExit.Findings;
            }
            finally
            {
                // The engine's map went with the engine.
                TraceMap.Prepare();
            }
        });

    private Command Create(string name, string description, Func<ParseResult, int> run, params Symbol[] more)
    {
        var command = new Command(name, description) { protocol, profile, defect };
        foreach (Symbol symbol in more)
        {
            if (symbol is Option option)
            {
                command.Add(option);
            }
            else
            {
                command.Add((Argument)symbol);
            }
        }

        return command.Doing(run);
    }

    private ByteTarget TargetOf(ParseResult parsed) => ByteTarget.OfNames(
        parsed.GetValue(protocol) ?? "tristate", parsed.GetValue(profile) ?? "managarm",
        parsed.GetValue(defect)?.Split(',') ?? [], KnownRule.Load(), TraceMap.Aside);

    private static byte[] ReadAll(Stream stream)
    {
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    private int RunSession(ParseResult parsed)
    {
        using ByteTarget target = TargetOf(parsed);
        var session = new EngineSession(target, parsed.GetValue(until));
        byte[][] start = [.. StartInputs.Seeds().Select(static each => StartInputs.BytesOf(each.Input))];
        session.Run(start, Number(parsed, seed, 1), (long)Number(parsed, executions, DefaultExecutions), context.Stop);
        double seconds = session.Duration.TotalSeconds;
        context.Output.WriteLine(session.SeenCells == 0
            ? "not instrumented: nothing led the changes"
            : Text($"{session.SeenCells} cells of the trace, {session.InputCount} inputs"));
        context.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{session.Executions} executions in {seconds:f1} s, {session.JudgingTime.TotalSeconds:f1} of them judging "
            + $"violations, {session.Executions / seconds:f0} a second: "
            + $"{session.CountOf(ByteVerdict.Clean)} clean, {session.CountOf(ByteVerdict.Known)} known, "
            + $"{session.CountOf(ByteVerdict.Undecodable)} undecodable, {session.CountOf(ByteVerdict.Unrecorded)} unrecorded"));
        if (session.Last is null)
        {
            return context.Stop.IsCancellationRequested ? CommandExit.Interrupted : CommandExit.Clean;
        }

        Save(parsed.GetValue(save), session);
        context.Output.WriteLine(Text($"ended by execution {session.Executions}: {TextOf(session.LastOutcome)}"));
        return CodeOf(session.LastOutcome.Verdict);
    }

    private void Save(string? directory, EngineSession session)
    {
        if (directory is not null)
        {
            DataFolder.Prepare(save.Name, directory);
            File.WriteAllBytes(Path.Combine(directory, $"{session.LastOutcome.Verdict}-{session.Executions}"), session.Last!);
        }
    }

    private int Replay(ParseResult parsed)
    {
        using ByteTarget target = TargetOf(parsed);
        int code = CommandExit.Clean;
        foreach (string path in parsed.GetValue(files)!)
        {
            if (!File.Exists(path))
            {
                throw CommandException.BadInput(path, "no such file");
            }

            ByteOutcome outcome = target.Tell(File.ReadAllBytes(path));
            context.Output.WriteLine($"{path}: {TextOf(outcome)}");
            code = Math.Max(code, CodeOf(outcome.Verdict));
        }

        return code;
    }

    private int WriteSeeds(ParseResult parsed)
    {
        string directory = parsed.GetValue(folder)!;
        DataFolder.Prepare(folder.Name, directory);
        (string Name, EngineInput Input)[] inputs = [.. StartInputs.Seeds(), .. StartInputs.Windows()];
        foreach ((string name, EngineInput input) in inputs)
        {
            string form = input.Form == EngineForm.Seeded ? "seed" : "window";
            File.WriteAllBytes(Path.Combine(directory, $"{form}-{name}"), StartInputs.BytesOf(input));
        }

        context.Output.WriteLine(Text($"{inputs.Length} inputs in {directory}"));
        return CommandExit.Clean;
    }

    private static ulong Number(ParseResult parsed, Option<string> option, ulong fallback)
    {
        string? text = parsed.GetValue(option);
        if (text is null)
        {
            return fallback;
        }

        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) && value <= long.MaxValue
            ? value
            : throw CommandException.BadInput(option.Name, $"'{text}' is no number");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string TextOf(ByteOutcome outcome) => outcome.Verdict switch
    {
        ByteVerdict.Undecodable => "undecodable",
        ByteVerdict.Clean => "clean",
        ByteVerdict.Known => $"known: {outcome.Signature} ({outcome.Reason})",
        ByteVerdict.Unrecorded => "a violation with more deviations than can be recorded",
        ByteVerdict.NewViolation => $"NEW: {outcome.Signature}",
        _ => $"TOOL BUG: {outcome.Signature}",
    };

    private static int CodeOf(ByteVerdict verdict) => verdict switch
    {
        ByteVerdict.NewViolation => CommandExit.Findings,
        ByteVerdict.ToolBug => CommandExit.ToolBug,
        _ => CommandExit.Clean,
    };
}

/// <summary>Commands in one expression.</summary>
internal static class CommandActions
{
    /// <summary>Gives a command what it does.</summary>
    /// <param name="command">The command.</param>
    /// <param name="run">What it does.</param>
    internal static Command Doing(this Command command, Func<ParseResult, int> run)
    {
        command.SetAction(run);
        return command;
    }
}
