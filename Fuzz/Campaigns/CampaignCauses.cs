// What a campaign knows of causes: which have been confirmed for which kinds of violations, how many runs each has shown, and
// which violations wait. The first of a kind is always examined; after that shrinking and attribution together may take a tenth
// of the campaign's steps and a credit to begin with, and kinds that nobody has looked at come first. All of it is part of the
// campaign's state and changes between rounds only, so the workers of a round see the same.

using System.Text.Json;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Results.Store;

namespace Managarm.Perf.Fuzz.Campaigns;

/// <summary>Causes of a campaign.</summary>
internal sealed class CampaignCauses
{
    private const long CreditSteps = 8_000_000;
    private const int StepsPerSpent = 10;

    private readonly List<CampaignCauseLine> lines = [];
    private readonly Dictionary<ViolationKey, List<Cause>> confirmed = [];
    private readonly HashSet<ViolationKey> examined = [];

    /// <summary>A line per cause and protocol, in the order in which they were met.</summary>
    internal IReadOnlyList<CampaignCauseLine> Lines => lines;

    /// <summary>Kinds of violations with the causes that were confirmed for them; none where all were new.</summary>
    internal IEnumerable<(ViolationKey Key, IReadOnlyList<Cause> Causes)> Kinds =>
        examined.Select(key => (key, (IReadOnlyList<Cause>)ConfirmedFor(key)));

    /// <summary>Steps that shrinking and attribution have taken.</summary>
    internal long SpentSteps { get; private set; }

    /// <summary>Violations that were neither counted for a cause nor examined.</summary>
    internal long LeftOut { get; private set; }

    /// <summary>Goes on from a state.</summary>
    internal void Restore(CampaignState state)
    {
        lines.AddRange(state.Causes);
        SpentSteps = state.SpentSteps;
        LeftOut = state.LeftOut;
        foreach ((ViolationKey key, IReadOnlyList<Cause> causes) in state.Kinds)
        {
            examined.Add(key);
            confirmed.Add(key, [.. causes]);
        }
    }

    /// <summary>Causes that others of the kind have.</summary>
    internal List<Cause> ConfirmedFor(ViolationKey key) => confirmed.GetValueOrDefault(key) ?? [];

    /// <summary>Whether one of the kind was examined.</summary>
    internal bool IsExamined(ViolationKey key) => examined.Contains(key);

    /// <summary>Which violations are examined next: one of each kind, kinds that were never examined first; only these when the
    /// budget is spent.</summary>
    /// <param name="due">Violations in the order of their runs.</param>
    /// <param name="totalSteps">Steps of the campaign's runs.</param>
    /// <param name="stepsOfRound">Steps that were spent since the last round.</param>
    /// <returns>Some of them, in their order.</returns>
    internal List<RoundViolation> Choose(IReadOnlyList<RoundViolation> due, long totalSteps, long stepsOfRound)
    {
        bool mayGoOn = SpentSteps + stepsOfRound < CreditSteps + (totalSteps / StepsPerSpent);
        var kinds = new HashSet<ViolationKey>();
        return [.. due.Where(each => (mayGoOn || !IsExamined(each.Key)) && kinds.Add(each.Key))];
    }

    /// <summary>One of a kind was examined.</summary>
    /// <param name="key">The kind.</param>
    /// <param name="protocol">Name of the protocol.</param>
    /// <param name="cause">What it is due to.</param>
    internal void Confirm(ViolationKey key, string protocol, Cause cause)
    {
        examined.Add(key);
        if (!confirmed.TryGetValue(key, out List<Cause>? causes))
        {
            confirmed.Add(key, causes = []);
        }

        if (cause.Kind != CauseKind.Unattributed && !causes.Contains(cause))
        {
            causes.Add(cause);
        }

        Count(protocol, cause, 1);
    }

    /// <summary>Runs have shown a cause.</summary>
    internal void Count(string protocol, Cause cause, long runs)
    {
        int index = lines.FindIndex(line => line.Protocol == protocol && line.Cause.Equals(cause));
        if (index < 0)
        {
            lines.Add(new CampaignCauseLine(protocol, cause, runs));
        }
        else
        {
            lines[index] = lines[index] with { Runs = lines[index].Runs + runs };
        }
    }

    /// <summary>Steps were taken for examining and counting.</summary>
    internal void Spend(long steps) => SpentSteps += steps;

    /// <summary>Violations are not examined.</summary>
    internal void LeaveOut(int count) => LeftOut += count;
}

/// <summary>A cause of a campaign.</summary>
/// <param name="Protocol">Name of the protocol without repairs.</param>
/// <param name="Cause">The cause.</param>
/// <param name="Runs">Runs that have shown it, as far as they were counted.</param>
public sealed record CampaignCauseLine(string Protocol, Cause Cause, long Runs)
{
    /// <summary>Writes lines as the array <c>causes</c> of a document.</summary>
    /// <param name="json">Writer, inside an object.</param>
    /// <param name="lines">The lines.</param>
    internal static void WriteAll(Utf8JsonWriter json, IEnumerable<CampaignCauseLine> lines)
    {
        json.WriteStartArray("causes");
        foreach (CampaignCauseLine line in lines)
        {
            json.WriteStartObject();
            json.WriteString("protocol", line.Protocol);
            json.WriteString("cause", line.Cause.ToString());
            json.WriteNumber("runs", line.Runs);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Reads an element of that array.</summary>
    /// <param name="json">The element.</param>
    internal static CampaignCauseLine Read(JsonElement json) => new(
        json.GetProperty("protocol").GetString()!, Cause.Parse(json.GetProperty("cause").GetString()!),
        json.GetProperty("runs").GetInt64());
}
