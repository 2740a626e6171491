// What a campaign is after a whole number of rounds: everything that the next round depends on and nothing else, so no time, no
// number of jobs and no machine. Two campaigns with equal states go on alike, and that is what makes one that was killed and
// resumed the same, byte for byte, as one that was not.

using System.Text.Json;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Campaigns;

/// <summary>State of a campaign between two rounds.</summary>
public sealed record CampaignState
{
    /// <summary>Version of the document.</summary>
    public const int Version = 3;

    /// <summary>What it was told to do; budgets, jobs and the list of what is known are not part of it.</summary>
    public required CampaignOptions Options { get; init; }

    /// <summary>Version of the model that made the rounds.</summary>
    public int ModelVersion { get; init; } = ScenarioRunner.ModelVersion;

    /// <summary>Rounds that are done.</summary>
    public int Rounds { get; init; }

    /// <summary>Sums over them; no time.</summary>
    public CampaignProgress Totals { get; init; }

    /// <summary>Number of the first run of the next round, among those of its part. It is the number of runs made, but where
    /// parts were merged that had not made equally many.</summary>
    public long NextRun { get; init; }

    /// <summary>Scenarios in the corpus.</summary>
    public int CorpusCount { get; init; }

    /// <summary>How many of them were there from the start.</summary>
    public int SeedCount { get; init; }

    /// <summary>Features seen, one bit each.</summary>
    public IReadOnlyList<ulong> Features { get; init; } = [];

    /// <summary>Findings, in the order in which they were told.</summary>
    public IReadOnlyList<CampaignFindingLine> Findings { get; init; } = [];

    /// <summary>A line per cause and protocol.</summary>
    public IReadOnlyList<CampaignCauseLine> Causes { get; init; } = [];

    /// <summary>Steps that shrinking and attribution have taken.</summary>
    public long SpentSteps { get; init; }

    /// <summary>Violations that were neither counted nor examined.</summary>
    public long LeftOut { get; init; }

    /// <summary>Kinds of violations that were examined, with the causes that were confirmed for them.</summary>
    internal IReadOnlyList<(ViolationKey Key, IReadOnlyList<Cause> Causes)> Kinds { get; init; } = [];

    /// <summary>Writes the document.</summary>
    /// <returns>JSON text that ends in a line feed; equal for equal states.</returns>
    public string Write()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteNumber("campaign", Version);
            json.WriteNumber("modelVersion", ModelVersion);
            WriteOptions(json);
            WriteTotals(json);
            WriteCorpus(json);
            WriteFindings(json);
            CampaignCauseLine.WriteAll(json, Causes);
            WriteKinds(json);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    /// <summary>Reads a document.</summary>
    /// <param name="text">What <see cref="Write"/> has written.</param>
    /// <returns>The state.</returns>
    /// <exception cref="CorpusException">It is not such a document, or of another version; the message says what is
    /// wrong.</exception>
    public static CampaignState Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return Read(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException or ArgumentException)
        {
            throw new CorpusException($"this is no state of a campaign: {exception.Message.ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>The options as the document has them, without line breaks: equal texts begin equal campaigns.</summary>
    public string OptionsText()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            WriteOptions(json);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Violations of all rounds, counted for a cause or left out.</summary>
    public long ViolationCount() => Causes.Sum(static line => line.Runs) + LeftOut;

    private static CampaignState Read(JsonElement root)
    {
        int version = root.GetProperty("campaign").GetInt32();
        if (version != Version)
        {
            throw new CorpusException($"version {version} of the document; this program reads {Version}");
        }

        JsonElement corpus = root.GetProperty("corpus");
        byte[] features = Convert.FromHexString(corpus.GetProperty("features").GetString()!);
        if (features.Length != Coverage.FeatureCount / 8)
        {
            throw new CorpusException($"{features.Length * 8} features, not {Coverage.FeatureCount}");
        }

        CampaignOptions options = ReadOptions(root.GetProperty("options"));
        var state = new CampaignState
        {
            Options = options,
            ModelVersion = root.GetProperty("modelVersion").GetInt32(),
            Rounds = root.GetProperty("totals").GetProperty("rounds").GetInt32(),
            Totals = ReadTotals(root.GetProperty("totals")),
            NextRun = root.GetProperty("totals").GetProperty("nextRun").GetInt64(),
            CorpusCount = corpus.GetProperty("count").GetInt32(),
            SeedCount = corpus.GetProperty("seeds").GetInt32(),
            Features = [.. Enumerable.Range(0, features.Length / 8).Select(i => BitConverter.ToUInt64(features, i * 8))],
            Findings = [.. root.GetProperty("findings").EnumerateArray().Select(ReadFinding)],
            Causes = [.. root.GetProperty("causes").EnumerateArray().Select(CampaignCauseLine.Read)],
            SpentSteps = root.GetProperty("totals").GetProperty("spentSteps").GetInt64(),
            LeftOut = root.GetProperty("totals").GetProperty("leftOut").GetInt64(),
            Kinds = [.. root.GetProperty("kinds").EnumerateArray().Select(each => ReadKind(each, options))],
        };
        return state.IsPossible() ? state : throw new FormatException("its figures cannot be");
    }

    /// <summary>Whether some campaign could have these figures; a round is always whole.</summary>
    private bool IsPossible() => Rounds >= 0 && Totals.Runs == (long)Rounds * Campaign.RoundRuns && NextRun >= Totals.Runs
        && Math.Min(Math.Min(Totals.Steps, Totals.Decisions), Math.Min(Totals.Calls, Totals.RunsWithSignalInCall)) >= 0
        && Math.Min(SpentSteps, LeftOut) >= 0 && SeedCount >= 0 && CorpusCount >= SeedCount
        && Findings.All(each => each.Round >= 0 && each.Round < Rounds && each.RunIndex >= 0)
        && Causes.All(static line => line.Runs > 0);

    private void WriteOptions(Utf8JsonWriter json)
    {
        json.WriteStartObject("options");
        WriteNames(json, "protocols", Options.Protocols.Select(static protocol => protocol.Name));
        json.WriteString("profile", Profiles.NameOf(Options.Profile));
        json.WriteNumber("repairedPercent", Options.RepairedPercent);
        json.WriteNumber("seed", Options.Seed);
        json.WriteNumber("shard", Options.Shard.Index + 1);
        json.WriteNumber("shards", Options.Shard.Count);
        json.WriteBoolean("judgesAllCalls", Options.JudgesAllCalls);
        json.WriteBoolean("relaxesDispatch", Options.RelaxesDispatch);
        WriteNames(json, "defects", DefectNames.List(Options.Defects));
        json.WriteEndObject();
    }

    private static CampaignOptions ReadOptions(JsonElement json)
    {
        DefectSet defects = default;
        foreach (JsonElement name in json.GetProperty("defects").EnumerateArray())
        {
            defects = DefectNames.TryFind(name.GetString()!, out Defect defect)
                ? defects.With(defect)
                : throw new CorpusException($"there is no defect '{name.GetString()}'");
        }

        string profile = json.GetProperty("profile").GetString()!;
        return new CampaignOptions
        {
            Protocols = [.. json.GetProperty("protocols").EnumerateArray().Select(each => FindProtocol(each.GetString()!))],
            Profile = Profiles.TryParse(profile, out Profile found)
                ? found
                : throw new CorpusException($"there is no profile '{profile}'"),
            RepairedPercent = json.GetProperty("repairedPercent").GetInt32(),
            Seed = json.GetProperty("seed").GetUInt64(),
            Shard = (json.GetProperty("shard").GetInt32() - 1, json.GetProperty("shards").GetInt32()),
            JudgesAllCalls = json.GetProperty("judgesAllCalls").GetBoolean(),
            RelaxesDispatch = json.GetProperty("relaxesDispatch").GetBoolean(),
            Defects = defects,
        };
    }

    private static IProtocol FindProtocol(string name) =>
        ProtocolCatalog.Find(name) ?? throw new CorpusException($"there is no protocol '{name}'");

    private void WriteTotals(Utf8JsonWriter json)
    {
        json.WriteStartObject("totals");
        json.WriteNumber("rounds", Rounds);
        json.WriteNumber("runs", Totals.Runs);
        json.WriteNumber("nextRun", NextRun);
        json.WriteNumber("steps", Totals.Steps);
        json.WriteNumber("decisions", Totals.Decisions);
        json.WriteNumber("calls", Totals.Calls);
        json.WriteNumber("runsWithSignalInCall", Totals.RunsWithSignalInCall);
        json.WriteNumber("spentSteps", SpentSteps);
        json.WriteNumber("leftOut", LeftOut);
        json.WriteEndObject();
    }

    private static CampaignProgress ReadTotals(JsonElement json) => new()
    {
        Runs = json.GetProperty("runs").GetInt64(),
        Steps = json.GetProperty("steps").GetInt64(),
        Decisions = json.GetProperty("decisions").GetInt64(),
        Calls = json.GetProperty("calls").GetInt64(),
        RunsWithSignalInCall = json.GetProperty("runsWithSignalInCall").GetInt64(),
    };

    private void WriteCorpus(Utf8JsonWriter json)
    {
        json.WriteStartObject("corpus");
        json.WriteNumber("count", CorpusCount);
        json.WriteNumber("seeds", SeedCount);
        json.WriteString("features", Convert.ToHexString([.. Features.SelectMany(BitConverter.GetBytes)]));
        json.WriteEndObject();
    }

    private void WriteFindings(Utf8JsonWriter json)
    {
        json.WriteStartArray("findings");
        foreach (CampaignFindingLine finding in Findings)
        {
            json.WriteStartObject();
            json.WriteString("signature", finding.Signature);
            json.WriteString("folder", finding.Folder);
            json.WriteNumber("round", finding.Round);
            json.WriteNumber("run", finding.RunIndex);
            json.WriteString("protocol", finding.Protocol);
            json.WriteString("cause", finding.Cause.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static CampaignFindingLine ReadFinding(JsonElement json) => new(
        json.GetProperty("signature").GetString()!, json.GetProperty("folder").GetString()!, json.GetProperty("round").GetInt32(),
        json.GetProperty("run").GetInt64(), json.GetProperty("protocol").GetString()!,
        Cause.Parse(json.GetProperty("cause").GetString()!));

    private void WriteKinds(Utf8JsonWriter json)
    {
        json.WriteStartArray("kinds");
        foreach ((ViolationKey key, IReadOnlyList<Cause> causes) in Kinds)
        {
            json.WriteStartObject();
            json.WriteString("protocol", Options.Protocols[key.Protocol].Name);
            json.WriteBoolean("isRepaired", key.IsRepaired);
            json.WriteString("invariant", key.Invariant.ToString());
            json.WriteString("call", key.Kind.ToString());
            json.WriteString("panic", key.Panic.ToString());
            json.WriteBoolean("hasFailingServer", key.HasFailingServer);
            WriteNames(json, "causes", causes.Select(static cause => cause.ToString()));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static (ViolationKey Key, IReadOnlyList<Cause> Causes) ReadKind(JsonElement json, CampaignOptions options)
    {
        string name = json.GetProperty("protocol").GetString()!;
        int protocol = options.Protocols.ToList().FindIndex(each => each.Name == name);
        var key = new ViolationKey(
            protocol >= 0 ? protocol : throw new CorpusException($"the campaign has no protocol '{name}'"),
            json.GetProperty("isRepaired").GetBoolean(),
            Enum.Parse<Invariant>(json.GetProperty("invariant").GetString()!),
            Enum.Parse<CallKind>(json.GetProperty("call").GetString()!),
            Enum.Parse<PanicCode>(json.GetProperty("panic").GetString()!),
            json.GetProperty("hasFailingServer").GetBoolean());
        return (key, [.. json.GetProperty("causes").EnumerateArray().Select(static each => Cause.Parse(each.GetString()!))]);
    }

    private static void WriteNames(Utf8JsonWriter json, string property, IEnumerable<string> names)
    {
        json.WriteStartArray(property);
        foreach (string name in names)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
    }
}

/// <summary>A finding of a campaign, as its state names it.</summary>
/// <param name="Signature">Signature.</param>
/// <param name="Folder">Name of its folder.</param>
/// <param name="Round">Round in which it was shrunk, from 0.</param>
/// <param name="RunIndex">Run that showed it.</param>
/// <param name="Protocol">Name of the protocol, as the campaign was given it.</param>
/// <param name="Cause">What it is due to.</param>
public sealed record CampaignFindingLine(
    string Signature, string Folder, int Round, long RunIndex, string Protocol, Cause Cause);
