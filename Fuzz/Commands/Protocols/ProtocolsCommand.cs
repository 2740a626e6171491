// `protocols`: what there is to test. One entry per protocol, with the calls that it promises to interrupt, and a table of what a
// call costs under each.

using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Fuzz.Costs;
using Managarm.Perf.Fuzz.Inputs;
using Managarm.Perf.Fuzz.Output;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Commands.Protocols;

/// <summary>Lists the protocols.</summary>
internal static class ProtocolsCommand
{
    internal static Command Create(CommandContext context)
    {
        Option<bool> json = CommandOptions.MakeJson();
        Option<string> from = CommandOptions.Make(
            "--from", "DIR", "Directory of the scenarios whose costs are counted (default: the project's Corpus/costs).");
        var command = new Command(
            "protocols", "Lists the cancellation protocols and what a call costs under each.\n\nExample:\n  protocols --json")
        {
            from, json,
        };
        command.SetAction(parsed => List(context, CostsIn(parsed, from), parsed.GetValue(json)));
        return command;
    }

    private static IReadOnlyList<CostRow> CostsIn(ParseResult parsed, Option<string> from)
    {
        string directory = parsed.GetValue(from) ?? Path.Combine(CorpusLocation.Find(from.Name), "costs");
        return Directory.Exists(directory)
            ? CostTable.Measure(directory)
            : throw CommandException.BadInput(from.Name, $"there is no directory '{directory}'");
    }

    private static int List(CommandContext context, IReadOnlyList<CostRow> costs, bool asJson)
    {
        if (asJson)
        {
            WriteJson(context.Output, costs);
            return CommandExit.Clean;
        }

        foreach (IProtocol protocol in ProtocolCatalog.All)
        {
            context.Output.WriteLine($"{protocol.Name,-12}{protocol.Summary}");
            string wired = string.Join(", ", WiredCalls(protocol));
            context.Output.WriteLine($"{"",-12}submission: {SubmissionOf(protocol)}; wired: {wired}");
        }

        context.Output.WriteLine();
        context.Output.WriteLine(
            "One call in the default order, from its begin to its return; docs/protocols/README.md explains the columns:");
        PrintCosts(context.Output, costs);
        return CommandExit.Clean;
    }

    private static void PrintCosts(TextWriter output, IReadOnlyList<CostRow> costs)
    {
        var table = new TextTable(
            "protocol", "call", "cancelled", ">entries", ">supercalls", ">offers: user", ">posix", ">events", ">left",
            ">hops", "result");
        foreach (CostRow row in costs)
        {
            CallCost cost = row.Cost;
            string Count(long value) => cost.HasReturned ? value.ToString(CultureInfo.InvariantCulture) : "-";
            table.Add(
                row.Protocol.Name, $"{row.Call} ({row.Path})", row.IsCancelled ? "yes" : "no", Count(cost.Entries),
                Count(cost.SuperCalls), Count(cost.UserOffers), Count(cost.ServerOffers), Count(cost.Events),
                Count(cost.DescriptorsLeft), cost.Hops is { } hops ? Count(hops) : "-", cost.Result);
        }

        table.Print(output);
    }

    private static void WriteJson(TextWriter output, IReadOnlyList<CostRow> costs)
    {
        using var document = new JsonDocumentWriter(output, "protocols");
        document.Json.WriteStartArray("protocols");
        foreach (IProtocol protocol in ProtocolCatalog.All)
        {
            document.Json.WriteStartObject();
            document.Json.WriteString("name", protocol.Name);
            document.Json.WriteString("summary", protocol.Summary);
            document.Json.WriteString("submission", SubmissionOf(protocol));
            document.Json.WriteStartArray("wired");
            foreach (string call in WiredCalls(protocol))
            {
                document.Json.WriteStringValue(call);
            }

            document.Json.WriteEndArray();
            document.Json.WriteStartArray("costs");
            foreach (CostRow row in costs.Where(row => row.Protocol == protocol))
            {
                WriteCost(document.Json, row);
            }

            document.Json.WriteEndArray();
            document.Json.WriteEndObject();
        }

        document.Json.WriteEndArray();
    }

    private static void WriteCost(Utf8JsonWriter json, CostRow row)
    {
        CallCost cost = row.Cost;
        json.WriteStartObject();
        json.WriteString("path", row.Path);
        json.WriteString("call", row.Call);
        json.WriteBoolean("isCancelled", row.IsCancelled);
        json.WriteBoolean("hasReturned", cost.HasReturned);
        json.WriteString("result", cost.Result);
        json.WriteNumber("entries", cost.Entries);
        json.WriteNumber("supercalls", cost.SuperCalls);
        json.WriteNumber("offersByUser", cost.UserOffers);
        json.WriteNumber("offersByPosix", cost.ServerOffers);
        json.WriteNumber("events", cost.Events);
        json.WriteNumber("descriptorsLeft", cost.DescriptorsLeft);
        if (cost.Hops is { } hops)
        {
            json.WriteNumber("hops", hops);
        }
        else
        {
            json.WriteNull("hops");
        }

        json.WriteEndObject();
    }

    private static string SubmissionOf(IProtocol protocol)
    {
        if (protocol.IsMonolithic)
        {
            return "none";
        }

        using var runner = new ScenarioRunner(protocol, Profile.Managarm);
        return runner.System.Sides.Library.Submission == SubmissionMode.Lazy ? "lazy" : "direct";
    }

    private static IEnumerable<string> WiredCalls(IProtocol protocol) => Enumerable.Range(1, CallTable.Count - 1)
        .Select(number => (CallKind)number).Where(kind => CallTable.Of(kind).IsInterruptible && protocol.IsWired(kind))
        .Select(kind => CallTable.Of(kind).Name);
}
