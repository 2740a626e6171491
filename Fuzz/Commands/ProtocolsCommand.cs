// `protocols`: what there is to test. One line per protocol, with the calls that it promises to interrupt.

using System.CommandLine;
using Managarm.Perf.Core;
using Managarm.Perf.Servers;

namespace Managarm.Perf.Fuzz;

/// <summary>Lists the protocols.</summary>
internal static class ProtocolsCommand
{
    internal static Command Create(CommandContext context)
    {
        Option<bool> json = CommandOptions.MakeJson();
        var command = new Command("protocols", "Lists the cancellation protocols.\n\nExample:\n  protocols --json") { json };
        command.SetAction(parsed => List(context, parsed.GetValue(json)));
        return command;
    }

    private static int List(CommandContext context, bool asJson)
    {
        if (asJson)
        {
            WriteJson(context.Output);
            return CommandExit.Clean;
        }

        foreach (IProtocol protocol in ProtocolCatalog.All)
        {
            context.Output.WriteLine($"{protocol.Name,-12}{protocol.Summary}");
            string wired = string.Join(", ", WiredCalls(protocol));
            context.Output.WriteLine($"{"",-12}submission: {SubmissionOf(protocol)}; wired: {wired}");
        }

        return CommandExit.Clean;
    }

    private static void WriteJson(TextWriter output)
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
            document.Json.WriteEndObject();
        }

        document.Json.WriteEndArray();
    }

    private static string SubmissionOf(IProtocol protocol) => protocol.IsMonolithic
        ? "none"
        : protocol.Submission == SubmissionMode.Lazy ? "lazy" : "direct";

    private static IEnumerable<string> WiredCalls(IProtocol protocol) => Enum.GetValues<CallKind>()
        .Where(kind => kind != CallKind.None && (int)kind < CallTable.Count && CallTable.Of(kind).IsInterruptible && protocol.IsWired(kind))
        .Select(kind => CallTable.Of(kind).Name);
}
