// `campaign status` and `campaign list`: how far campaigns are that last in a directory. Both read only, also while the campaign
// runs: the state is replaced in one step, so what is read is that of some whole round.

using System.Globalization;
using System.Text.Json;
using Managarm.Perf.Fuzz.Campaigns;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Inputs;
using Managarm.Perf.Fuzz.Output;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Oracle;

namespace Managarm.Perf.Fuzz.Commands.Campaigns;

/// <summary>Tells of campaigns.</summary>
/// <param name="context">Where the command runs.</param>
internal sealed class CampaignStatusMode(CommandContext context)
{
    private readonly KnownFindings known = CorpusLocation.LoadKnown();

    /// <summary>Tells of one campaign.</summary>
    /// <param name="path">Its directory.</param>
    /// <param name="asJson">Whether as a document.</param>
    /// <returns>Exit code.</returns>
    /// <exception cref="CommandException">There is no campaign, or it is damaged.</exception>
    internal int Status(string path, bool asJson)
    {
        CampaignState state;
        try
        {
            state = CampaignDirectory.ReadState(path);
        }
        catch (CorpusException refused)
        {
            throw CommandException.BadInput("DIR", refused.Message);
        }

        (IReadOnlyList<JsonElement> events, int damaged) = CampaignEvents.Read(Path.Combine(path, CampaignEvents.Name));
        if (asJson)
        {
            using var document = new JsonDocumentWriter(context.Output, "campaign status");
            Write(document.Json, path, state);
            document.Json.WriteNumber("sessions", SessionsIn(events));
            document.Json.WriteNumber("seconds", Math.Round(SecondsIn(events), 3));
            document.Json.WriteNumber("damagedEvents", damaged);
            WriteFindings(document.Json, state);
            return CommandExit.Clean;
        }

        Print(path, state, events, damaged);
        return CommandExit.Clean;
    }

    /// <summary>Lists the campaigns in and below a directory.</summary>
    /// <param name="root">The directory.</param>
    /// <param name="asJson">Whether as a document.</param>
    /// <returns>Exit code.</returns>
    /// <exception cref="CommandException">There is no such directory.</exception>
    internal int List(string root, bool asJson)
    {
        IReadOnlyList<string> paths = FindIn(root);
        if (asJson)
        {
            using var document = new JsonDocumentWriter(context.Output, "campaign list");
            document.Json.WriteStartArray("campaigns");
            foreach (string path in paths)
            {
                document.Json.WriteStartObject();
                WriteIfWhole(document.Json, path);
                document.Json.WriteEndObject();
            }

            document.Json.WriteEndArray();
            return CommandExit.Clean;
        }

        Print(paths);
        return CommandExit.Clean;
    }

    /// <summary>Finds the campaigns in and below a directory.</summary>
    /// <param name="root">The directory.</param>
    /// <returns>Their directories, ordered.</returns>
    /// <exception cref="CommandException">There is no such directory.</exception>
    internal static IReadOnlyList<string> FindIn(string root) => Directory.Exists(root)
        ? [.. CampaignDirectory.In(root)]
        : throw CommandException.BadInput("DIR", $"there is no directory '{root}'");

    private void Print(IReadOnlyList<string> paths)
    {
        var table = new TextTable(
            "campaign", "protocols", "profile", ">seed", ">rounds", ">runs", ">corpus", ">new", ">known", "");
        foreach (string path in paths)
        {
            try
            {
                CampaignState state = CampaignDirectory.ReadState(path);
                int fresh = NewIn(state);
                table.Add(
                    path, ProtocolsOf(state), Profiles.NameOf(state.Options.Profile), Number((long)state.Options.Seed),
                    TextTable.Count(state.Rounds), TextTable.Count(state.Totals.Runs), TextTable.Count(state.CorpusCount),
                    TextTable.Count(fresh), TextTable.Count(state.Findings.Count - fresh),
                    CampaignDirectory.IsHeld(path) ? "running" : "");
            }
            catch (CorpusException damaged)
            {
                context.Error.WriteLine(damaged.Message);
            }
        }

        table.Print(context.Output);
        context.Output.WriteLine(Plural.Of(paths.Count, "campaign"));
    }

    private void Print(string path, CampaignState state, IReadOnlyList<JsonElement> events, int damaged)
    {
        CampaignOptions options = state.Options;
        context.Output.WriteLine($"{path}: {ProtocolsOf(state)}, profile {Profiles.NameOf(options.Profile)}, seed {options.Seed}"
            + (options.Shard.Count == 1 ? "" : $", part {options.Shard.Index + 1} of {options.Shard.Count}")
            + (options.Defects.IsEmpty ? "" : $", with {string.Join(", ", DefectNames.List(options.Defects))}")
            + (CampaignDirectory.IsHeld(path) ? "; running" : ""));
        context.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{state.Rounds:N0} rounds, {state.Totals.Runs:N0} runs, {state.Totals.Steps:N0} steps in {SecondsIn(events):0.0} s "
            + $"of {Plural.Of(SessionsIn(events), "session")}"));
        context.Output.WriteLine(
            $"{Plural.Of(state.CorpusCount, "scenario")} in the corpus, {state.SeedCount} of them seeds");
        int fresh = NewIn(state);
        context.Output.WriteLine($"{Plural.Of(fresh, "new finding")}, {state.Findings.Count - fresh} known");
        foreach (CampaignFindingLine finding in state.Findings.Where(each => ReasonOf(each) is null))
        {
            context.Output.WriteLine($"  new    {Path.Combine(path, CampaignDirectory.FindingsName, finding.Folder)}");
        }

        foreach (CampaignCauseLine line in state.Causes)
        {
            context.Output.WriteLine($"  {line.Cause} of {line.Protocol}, in {Plural.Of(line.Runs, "run")}");
        }

        if (damaged > 0)
        {
            context.Output.WriteLine($"{Plural.Of(damaged, "line")} of {CampaignEvents.Name} cut off");
        }
    }

    private void WriteIfWhole(Utf8JsonWriter json, string path)
    {
        try
        {
            Write(json, path, CampaignDirectory.ReadState(path));
        }
        catch (CorpusException damaged)
        {
            json.WriteString("path", path);
            json.WriteString("damaged", damaged.Message);
        }
    }

    private void Write(Utf8JsonWriter json, string path, CampaignState state)
    {
        json.WriteString("path", path);
        json.WriteString("protocols", ProtocolsOf(state));
        json.WriteString("profile", Profiles.NameOf(state.Options.Profile));
        json.WriteNumber("seed", state.Options.Seed);
        json.WriteString("shard", $"{state.Options.Shard.Index + 1}/{state.Options.Shard.Count}");
        json.WriteBoolean("running", CampaignDirectory.IsHeld(path));
        json.WriteNumber("rounds", state.Rounds);
        json.WriteNumber("runs", state.Totals.Runs);
        json.WriteNumber("steps", state.Totals.Steps);
        json.WriteNumber("corpus", state.CorpusCount);
        json.WriteNumber("newFindings", NewIn(state));
        json.WriteNumber("knownFindings", state.Findings.Count - NewIn(state));
    }

    private void WriteFindings(Utf8JsonWriter json, CampaignState state)
    {
        json.WriteStartArray("findings");
        foreach (CampaignFindingLine finding in state.Findings)
        {
            json.WriteStartObject();
            json.WriteString("signature", finding.Signature);
            json.WriteString("folder", finding.Folder);
            json.WriteNumber("round", finding.Round);
            json.WriteNumber("run", finding.RunIndex);
            json.WriteString("cause", finding.Cause.ToString());
            json.WriteString("known", ReasonOf(finding)?.Reason ?? "");
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private int NewIn(CampaignState state) => state.Findings.Count(each => ReasonOf(each) is null);

    private KnownFinding? ReasonOf(CampaignFindingLine finding) =>
        known.Find(finding.Protocol, finding.Cause, DateOnly.FromDateTime(DateTime.UtcNow));

    private static string ProtocolsOf(CampaignState state) =>
        string.Join(",", state.Options.Protocols.Select(static protocol => protocol.Name));

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static int SessionsIn(IReadOnlyList<JsonElement> events) => events.Count(each => KindOf(each) == "began");

    /// <summary>Seconds of all sessions: of each the last that it has told of.</summary>
    private static double SecondsIn(IReadOnlyList<JsonElement> events)
    {
        double sum = 0;
        double last = 0;
        foreach (JsonElement each in events)
        {
            if (KindOf(each) == "began")
            {
                sum += last;
                last = 0;
            }
            else if (each.TryGetProperty("sessionSeconds", out JsonElement seconds) && seconds.TryGetDouble(out double value))
            {
                last = value;
            }
        }

        return sum + last;
    }

    private static string KindOf(JsonElement each) =>
        each.ValueKind == JsonValueKind.Object && each.TryGetProperty("event", out JsonElement kind) ? kind.ToString() : "";
}
