// The records of the store as members of a JSON object, named as the other documents of this program name them. A seed that has
// 64 bits is a number here as it is in the document of a campaign.

using System.Text.Json;
using Managarm.Perf.Results.Store;

namespace Managarm.Perf.Fuzz.Commands.Store;

/// <summary>Writes records of the store as JSON.</summary>
internal static class StoreRecordDocument
{
    internal static void Write(Utf8JsonWriter json, CampaignRecord campaign)
    {
        json.WriteString("campaign", campaign.Campaign);
        json.WriteString("protocols", campaign.Protocols);
        json.WriteString("profile", campaign.Profile);
        json.WriteNumber("seed", campaign.Seed);
        json.WriteString("shard", campaign.Shard);
        json.WriteString("options", campaign.Options);
        json.WriteNumber("rounds", campaign.Rounds);
        json.WriteBoolean("isFinished", campaign.IsFinished);
        json.WriteNumber("runs", campaign.Runs);
        json.WriteNumber("calls", campaign.Calls);
        json.WriteNumber("steps", campaign.Steps);
        json.WriteNumber("decisions", campaign.Decisions);
        json.WriteNumber("corpusEntries", campaign.CorpusEntries);
    }

    internal static void Write(Utf8JsonWriter json, FindingRecord finding)
    {
        json.WriteString("finding", finding.Finding);
        json.WriteString("campaign", finding.Campaign);
        json.WriteString("protocol", finding.Protocol);
        json.WriteString("profile", finding.Profile);
        json.WriteString("invariant", finding.Invariant);
        json.WriteString("call", finding.Call);
        json.WriteNumber("round", finding.Round);
        json.WriteNumber("run", finding.Run);
        json.WriteString("signature", finding.Signature);
        json.WriteString("scenario", finding.Scenario);
        json.WriteBoolean("isNew", finding.IsNew);
        json.WriteString("cause", finding.Cause);
    }

    internal static void Write(Utf8JsonWriter json, CauseRecord cause)
    {
        json.WriteString("cause", cause.Cause);
        json.WriteString("kind", StoreNames.Of(cause.Kind));
        json.WriteString("protocol", cause.Protocol);
        json.WriteString("campaign", cause.Campaign);
        json.WriteNumber("violations", cause.Violations);
        json.WriteBoolean("isNew", cause.IsNew);
        json.WriteString("reason", cause.Reason);
        json.WritePropertyName("firstRun");
        if (cause.FirstRun is { } first)
        {
            json.WriteNumberValue(first);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    internal static void Write(Utf8JsonWriter json, HuntRecord hunt)
    {
        json.WriteString("defect", hunt.Defect);
        json.WriteString("protocol", hunt.Protocol);
        json.WriteString("profile", hunt.Profile);
        json.WriteString("corpus", hunt.Corpus);
        json.WriteNumber("runsAtMost", hunt.RunsAtMost);
        json.WriteStartArray("attempts");
        foreach (HuntAttemptRecord attempt in hunt.Attempts)
        {
            json.WriteStartObject();
            json.WriteNumber("seed", attempt.Seed);
            json.WriteNumber("runs", attempt.Runs);
            json.WriteBoolean("isFound", attempt.IsFound);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
