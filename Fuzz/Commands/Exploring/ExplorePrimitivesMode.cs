// `explore --primitives`: every interleaving of small clients of the lock-free primitives from the source that
// ships, under sequential consistency and under weak memory, without defects and, on request, with each planted defect in turn.
// The exit code is that of a gate: a client that is not clean, or a defect that is not caught as what it is, is a finding.

using System.CommandLine;
using System.Globalization;
using Managarm.Perf.Fuzz.Output;
using Managarm.Perf.Fuzz.Primitives;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Commands.Exploring;

/// <summary>Explores the primitives for the command.</summary>
internal sealed class ExplorePrimitivesMode
{
    private readonly Option<bool> primitives = new("--primitives")
    {
        Description = "Explore the lock-free primitives.",
    };

    private readonly Option<bool> defects = new("--defects", "--faults")
    {
        Description = "Plant each known defect in turn; it must be caught.",
    };

    private readonly Option<string> show = CommandOptions.Make(
        "--show", "DEFECT", "Plant one defect and print the interleaving with the fewest preemptions that shows it.");

    private readonly Option<string> clientName = CommandOptions.Make(
        "--client", "NAME", "Explore one client only.");

    private readonly Option<string> memory = CommandOptions.Make(
        "--memory", "MODEL", "Explore under sc (sequential consistency) or weak (what .NET promises) only; default: both.");

    private readonly Option<bool> every = new("--every")
    {
        Description = "Explore also interleavings that differ only in the order of independent steps; needs --client.",
    };

    private readonly CommandContext context;

    /// <summary>Makes the mode.</summary>
    /// <param name="context">Where the command runs.</param>
    internal ExplorePrimitivesMode(CommandContext context)
    {
        this.context = context;
    }

    /// <summary>The option that chooses the mode.</summary>
    internal Option<bool> Chosen => primitives;

    /// <summary>The options that only this mode has.</summary>
    internal IReadOnlyList<Option> OwnOptions => [defects, show, clientName, memory, every];

    /// <summary>Explores.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="asJson">Whether one document is asked for.</param>
    /// <returns>Exit code.</returns>
    internal int Run(ParseResult parsed, bool asJson)
    {
        RefuseUseless(parsed, asJson);
        string? shown = parsed.GetValue(show);
        if (shown is not null)
        {
            PlantedDefect defect = DefectCatalog.Find(shown)
                ?? throw CommandException.BadInput(show.Name, UnknownDefect(shown));
            return Show(defect, parsed);
        }

        string? name = parsed.GetValue(clientName);
        IPrimitiveClient? only = name is null
            ? null
            : ClientCatalog.Find(name) ?? throw CommandException.BadInput(clientName.Name, UnknownClient(name));
        bool reduces = !parsed.GetValue(every);
        bool printsTable = !asJson;
        var report = new PrimitiveReport();
        if (parsed.GetValue(defects))
        {
            PlantDefects(report, only, reduces, printsTable);
        }
        else
        {
            ExploreClients(report, only, MemoriesOf(parsed), reduces, printsTable);
        }

        if (!printsTable)
        {
            ExploreDocument.Write(context.Output, report);
        }

        if (context.Stop.IsCancellationRequested)
        {
            context.Error.WriteLine("interrupted; what was explored to its end is told");
            return CommandExit.Interrupted;
        }

        return report.IsGood ? CommandExit.Clean : CommandExit.Findings;
    }

    private void RefuseUseless(ParseResult parsed, bool asJson)
    {
        bool hasOthers = parsed.GetValue(defects) || parsed.GetValue(every) || asJson
            || parsed.GetValue(clientName) is not null;
        if (parsed.GetValue(show) is not null && hasOthers)
        {
            throw CommandException.BadInput(show.Name, "goes with --primitives and --memory alone");
        }

        if (parsed.GetValue(defects) && parsed.GetValue(memory) is not null)
        {
            throw CommandException.BadInput(memory.Name, "goes without --defects, which always takes both");
        }

        if (parsed.GetValue(every) && parsed.GetValue(clientName) is null)
        {
            throw CommandException.BadInput(every.Name, "needs --client: some clients have too many interleavings");
        }
    }

    private static string UnknownDefect(string name) =>
        $"there is no defect '{name}'; there are {string.Join(", ", DefectCatalog.All.Select(static defect => defect.Name))}";

    private static string UnknownClient(string name) =>
        $"there is no client '{name}'; there are {string.Join(", ", ClientCatalog.All.Select(static client => client.Name))}";

    /// <summary>The name of a memory model on the command line and in tables.</summary>
    internal static string NameOf(MemoryKind kind) => kind == MemoryKind.Weak ? "weak" : "sc";

    private MemoryKind[] MemoriesOf(ParseResult parsed) => parsed.GetValue(memory) switch
    {
        null => [MemoryKind.Sequential, MemoryKind.Weak],
        "sc" => [MemoryKind.Sequential],
        "weak" => [MemoryKind.Weak],
        string other => throw CommandException.BadInput(memory.Name, $"there is no memory model '{other}'; there are sc, weak"),
    };

    private int Show(PlantedDefect defect, ParseResult parsed)
    {
        MemoryKind[] memories = MemoriesOf(parsed);
        bool isWeak = memories.Length == 1
            ? memories[0] == MemoryKind.Weak
            : defect.Expected == ClientVerdict.Clean;
        IPrimitiveClient client = ClientCatalog.Find(defect.Client)!;
        var options = new ExplorationOptions
        {
            Defect = defect,
            Memory = isWeak ? MemoryKind.Weak : MemoryKind.Sequential,
            JudgesRaces = !isWeak,
            Stop = context.Stop,
        };
        ExplorationResult result = ShortestInterleaving.Find(client, options, out int deviations);
        if (context.Stop.IsCancellationRequested)
        {
            context.Error.WriteLine("interrupted before an interleaving was found");
            return CommandExit.Interrupted;
        }

        string counted = isWeak ? "weak memory; preemptions, old loads and late stores" : "preemptions";
        context.Output.WriteLine($"{defect.Name}: {defect.Summary}");
        context.Output.WriteLine($"{client.Primitive}, client {client.Name}: {client.Summary}; {counted}: {deviations}");
        context.Output.Write(InterleavingText.Write(client, result, showsSources: isWeak));
        return result.Verdict == ClientVerdict.Clean ? CommandExit.Findings : CommandExit.Clean;
    }

    private void ExploreClients(
        PrimitiveReport report, IPrimitiveClient? only, MemoryKind[] memories, bool reduces, bool prints)
    {
        Print(prints, $"{"primitive",-12}{"client",-21}{"threads",8}  {"memory",-8}{"operations",10}{"interleavings",15}"
            + $"{"steps",11}{"time",9}  verdict");
        foreach (MemoryKind kind in memories)
        {
            foreach (IPrimitiveClient client in only is null ? ClientCatalog.All : [only])
            {
                if (context.Stop.IsCancellationRequested)
                {
                    return;
                }

                PrintClient(report.Add(client, kind, reduces, context.Stop), prints);
            }
        }

        long total = report.Clients.Sum(static row => row.Result.Interleavings);
        int clean = report.Clients.Count(static row => row.Result.IsComplete);
        string sum = TextTable.Count(total);
        Print(prints, $"{clean} of {report.Clients.Count} explorations clean and complete, {sum} interleavings");
    }

    private void PrintClient(ExploredClient row, bool prints)
    {
        ExplorationResult result = row.Result;
        string time = row.Time.TotalSeconds.ToString("F2", CultureInfo.InvariantCulture) + " s";
        Print(prints, $"{row.Client.Primitive,-12}{row.Client.Name,-21}{row.Client.Threads,8}  {NameOf(row.Memory),-8}"
            + $"{result.Operations,10}{TextTable.Count(result.Interleavings),15}{TextTable.Count(result.Steps),11}{time,9}  "
            + VerdictOf(result));
        if (result.Verdict != ClientVerdict.Clean)
        {
            bool isWeak = row.Memory == MemoryKind.Weak;
            Print(prints, InterleavingText.Write(row.Client, result, showsSources: isWeak).TrimEnd('\n'));
        }
    }

    private void PlantDefects(PrimitiveReport report, IPrimitiveClient? only, bool reduces, bool prints)
    {
        Print(prints, $"{"defect",-31}{"primitive",-12}{"caught as",-18}{"after",6}  what is wrong");
        foreach (PlantedDefect defect in DefectCatalog.All)
        {
            if (context.Stop.IsCancellationRequested)
            {
                return;
            }

            if (only is null || only.Name == defect.Client)
            {
                ExploredDefect row = report.Add(defect, reduces, context.Stop);
                Print(prints, $"{defect.Name,-31}{row.Client.Primitive,-12}{Caught(row.Result, defect.Expected),-18}"
                    + $"{TextTable.Count(row.Result.Interleavings),6}  {defect.Summary}");
            }
        }

        Print(prints, $"\n{"results alone",-31}{"under sc",-18}{"after",7}  {"under weak",-18}{"after",7}");
        foreach (ExploredDefect row in report.Defects)
        {
            Print(prints, $"{row.Defect.Name,-31}{Caught(row.Sequential, row.Defect.Sequential),-18}"
                + $"{TextTable.Count(row.Sequential.Interleavings),7}  {Caught(row.Weak, row.Defect.Weak),-18}"
                + $"{TextTable.Count(row.Weak.Interleavings),7}{(row.IsWeakOnly ? "  only weak" : "")}");
        }

        int count = report.Defects.Count(static row => row.IsCaught);
        int weakOnly = report.Defects.Count(static row => row.IsWeakOnly);
        Print(prints, $"{count} of {report.Defects.Count} planted defects caught; "
            + $"{weakOnly} give wrong results under weak memory only");
    }

    private static string Caught(ExplorationResult result, ClientVerdict expected) => result.Verdict == expected
        ? Verdicts.NameOf(result.Verdict)
        : $"{Verdicts.NameOf(result.Verdict)}, expected {Verdicts.NameOf(expected)}";

    private static string VerdictOf(ExplorationResult result) =>
        result.IsComplete || result.Verdict != ClientVerdict.Clean ? Verdicts.NameOf(result.Verdict) : "interrupted";

    private void Print(bool prints, string line)
    {
        if (prints)
        {
            context.Output.WriteLine(line);
        }
    }
}
