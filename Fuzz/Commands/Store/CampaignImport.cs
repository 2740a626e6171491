// From the directory of a campaign to records of the store. What the campaign is comes from its state, what its rounds took and
// which command made them from its events. A campaign is named by its options, model and first command: a copy of the directory
// is the same campaign, a second campaign with equal options is another. A round that the events do not tell, because a
// process died between the round and its line, is told by the next session; until then the store lacks it.

using System.Globalization;
using System.Text.Json;
using Managarm.Perf.Fuzz.Campaigns;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Results.Store;
using Managarm.Perf.Servers.Oracle;

namespace Managarm.Perf.Fuzz.Commands.Store;

/// <summary>Reads campaigns for the store.</summary>
internal sealed class CampaignImport
{
    private const int MillisecondsPerSecond = 1000;

    private readonly string path;
    private readonly CampaignState state;
    private readonly KnownFindings known;
    private readonly DateOnly today = DateOnly.FromDateTime(DateTime.UtcNow);
    private readonly List<(int Round, ProvenanceRecord By)> madeBy = [];
    private ProvenanceRecord? first;
    private bool isDone;

    private CampaignImport(string path, KnownFindings known)
    {
        this.path = path;
        this.known = known;
        state = CampaignDirectory.ReadState(path);
    }

    private string Id => Fingerprint.Of(
        state.OptionsText(), state.ModelVersion.ToString(CultureInfo.InvariantCulture), first!.Id);

    /// <summary>Puts a campaign in.</summary>
    /// <param name="path">Its directory.</param>
    /// <param name="known">Causes that are expected.</param>
    /// <param name="writer">The change.</param>
    /// <exception cref="CommandException">There is no campaign, or it is damaged.</exception>
    internal static void Put(string path, KnownFindings known, StoreWriter writer)
    {
        try
        {
            new CampaignImport(path, known).Put(writer);
        }
        catch (CorpusException refused)
        {
            throw CommandException.BadInput(refused.Message);
        }
    }

    private static bool Is(JsonElement line, string kind) => line.ValueKind == JsonValueKind.Object
        && line.TryGetProperty("event", out JsonElement name) && name.ValueKind == JsonValueKind.String
        && name.GetString() == kind;

    private void Put(StoreWriter writer)
    {
        string events = Path.Combine(path, CampaignEvents.Name);
        List<RoundRecord> rounds = ReadRounds(events);
        writer.Put(CampaignOf());
        rounds.ForEach(writer.Put);
        foreach (CampaignCauseLine line in state.Causes)
        {
            writer.Put(CauseOf(line));
        }

        foreach (CampaignFindingLine line in state.Findings)
        {
            writer.Put(FindingOf(line));
        }
    }

    private CampaignRecord CampaignOf() => new()
    {
        Provenance = first!,
        Campaign = Id,
        Protocols = string.Join(',', state.Options.Protocols.Select(static each => each.Name)),
        Profile = Profiles.NameOf(state.Options.Profile),
        Seed = state.Options.Seed,
        Shard = string.Create(CultureInfo.InvariantCulture, $"{state.Options.Shard.Index + 1}/{state.Options.Shard.Count}"),
        Options = state.OptionsText(),
        Rounds = state.Rounds,
        IsFinished = isDone,
        Runs = state.Totals.Runs,
        Calls = state.Totals.Calls,
        Steps = state.Totals.Steps,
        Decisions = state.Totals.Decisions,
        CorpusEntries = state.CorpusCount,
    };

    private CauseRecord CauseOf(CampaignCauseLine line)
    {
        CampaignFindingLine[] shown = [.. state.Findings.Where(each => IsDueTo(each, line))];
        KnownFinding? expected = known.Find(line.Protocol, line.Cause, today);
        return new CauseRecord
        {
            Provenance = MadeBy(shown.Length == 0 ? state.Rounds : shown.Min(static each => each.Round) + 1),
            Campaign = Id,
            Protocol = line.Protocol,
            Cause = line.Cause.ToString(),
            Kind = line.Cause.Kind,
            Violations = line.Runs,
            IsNew = expected is null,
            Reason = expected?.Reason ?? "",
            FirstRun = shown.Length == 0 ? null : shown.Min(static each => each.RunIndex),
        };
    }

    private static bool IsDueTo(CampaignFindingLine finding, CampaignCauseLine line) =>
        finding.Protocol == line.Protocol && finding.Cause.Equals(line.Cause);

    private FindingRecord FindingOf(CampaignFindingLine line)
    {
        // A signature begins with protocol, invariant and call, whatever it goes on with.
        string[] words = line.Signature.Split(' ');
        if (words.Length < 3)
        {
            throw new CorpusException($"{path}: '{line.Signature}' is no signature of a finding");
        }

        return new FindingRecord
        {
            Provenance = MadeBy(line.Round + 1),
            Campaign = Id,
            Finding = line.Folder,
            Protocol = line.Protocol,
            Profile = Profiles.NameOf(state.Options.Profile),
            Invariant = words[1],
            Call = words[2] == "-" ? "" : words[2],
            Round = line.Round + 1,
            Run = line.RunIndex,
            Signature = line.Signature,
            Scenario = ReadScenario(line),
            IsNew = known.Find(line.Protocol, line.Cause, today) is null,
            Cause = line.Cause.ToString(),
        };
    }

    private string ReadScenario(CampaignFindingLine line)
    {
        string file = Path.Combine(path, CampaignDirectory.FindingsName, line.Folder, FindingWriter.ScenarioName);
        return File.Exists(file)
            ? InputFile.ReadText(file)
            : throw new CorpusException($"{file}: the scenario of a finding is missing");
    }

    private List<RoundRecord> ReadRounds(string events)
    {
        var rounds = new List<RoundRecord>();
        RoundLine last = default;
        foreach (JsonElement line in CampaignEvents.Read(events).Events)
        {
            try
            {
                last = Read(line, last, rounds);
            }
            catch (Exception wrong) when (wrong is KeyNotFoundException or InvalidOperationException or FormatException)
            {
                throw new CorpusException($"{events}: the line '{line}' is no event of a campaign");
            }
        }

        return first is not null
            ? rounds
            : throw new CorpusException($"{events}: no event says which command began the campaign");
    }

    /// <summary>Takes an event.</summary>
    /// <returns>The round that was told last.</returns>
    private RoundLine Read(JsonElement line, RoundLine last, List<RoundRecord> rounds)
    {
        if (Is(line, "began") || Is(line, "merged"))
        {
            ProvenanceRecord by = ProvenanceRecord.Read(line) ?? throw new FormatException();
            first ??= by;
            madeBy.Add((last.Number, by));
            isDone = Is(line, "merged");
            return last with { Seconds = 0 };
        }

        if (Is(line, "ended"))
        {
            isDone = line.GetProperty("reason").GetString() == "done";
            return last;
        }

        if (!Is(line, "round") || first is null)
        {
            return last;
        }

        var now = RoundLine.Of(line);
        if (now.Number == last.Number + 1 && now.Number <= state.Rounds)
        {
            rounds.Add(new RoundRecord
            {
                Provenance = madeBy[^1].By,
                Campaign = Id,
                Round = now.Number,
                ElapsedMilliseconds = (long)Math.Max(0, (now.Seconds - last.Seconds) * MillisecondsPerSecond),
                Runs = now.Runs - last.Runs,
                Steps = now.Steps - last.Steps,
                Violations = now.Violations - last.Violations,
                CorpusEntries = now.CorpusEntries,
            });
        }

        // A copy that was put back repeats rounds, and they are the same.
        return now.Number > last.Number ? now : last with { Seconds = now.Seconds };
    }

    /// <summary>The command that made a round, from 1.</summary>
    private ProvenanceRecord MadeBy(int round) => madeBy.FindLast(each => each.Round < round).By ?? first!;

    /// <summary>A round as the events tell it: sums over the campaign so far, and time of the session.</summary>
    private readonly record struct RoundLine(
        int Number, long Runs, long Steps, long Violations, long CorpusEntries, double Seconds)
    {
        internal static RoundLine Of(JsonElement line) => new(
            line.GetProperty("rounds").GetInt32(), line.GetProperty("runs").GetInt64(), line.GetProperty("steps").GetInt64(),
            line.GetProperty("violations").GetInt64(), line.GetProperty("corpus").GetInt64(),
            line.GetProperty("sessionSeconds").GetDouble());
    }
}
