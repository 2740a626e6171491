// What happened to a campaign and when: one JSON object per line, only ever appended. It is the one file of a campaign's
// directory that knows clocks, machines and command lines, so it is left out when two directories are compared. A line that a
// kill or a full disk has cut off is ended by whoever writes next, and skipped by whoever reads.

using System.Globalization;
using System.Text;
using System.Text.Json;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Campaigns;

/// <summary>The events of a campaign.</summary>
/// <param name="path">The file.</param>
public sealed class CampaignEvents(string path)
{
    /// <summary>File name.</summary>
    public const string Name = "events.ndjson";

    /// <summary>Reads the lines that are whole.</summary>
    /// <param name="path">The file; it may be missing.</param>
    /// <returns>The events, and how many lines are none.</returns>
    public static (IReadOnlyList<JsonElement> Events, int Damaged) Read(string path)
    {
        var events = new List<JsonElement>();
        int damaged = 0;
        foreach (string line in File.Exists(path) ? File.ReadLines(path) : [])
        {
            try
            {
                using var document = JsonDocument.Parse(line);
                events.Add(document.RootElement.Clone());
            }
            catch (JsonException)
            {
                damaged++;
            }
        }

        return (events, damaged);
    }

    /// <summary>A session begins: the campaign's first, or one that resumes it.</summary>
    /// <param name="options">What it is to do; jobs and budgets are told here.</param>
    /// <param name="state">The state that it goes on from, or null. A process that died may have made its last round and not
    /// told it, and then it is told now.</param>
    internal void Began(CampaignOptions options, CampaignState? state)
    {
        bool isTold = state is null || RoundsTold() >= state.Rounds;
        Append("began", json =>
        {
            json.WriteNumber("jobs", options.Jobs);
            json.WriteNumber("process", Environment.ProcessId);
            Provenance.Write(json, ScenarioRunner.ModelVersion);
        });
        if (!isTold)
        {
            Committed(state!, TimeSpan.Zero);
        }
    }

    /// <summary>A campaign was made of the parts of one.</summary>
    /// <param name="parts">How far each part was.</param>
    internal void Merged(IReadOnlyList<CampaignState> parts) => Append("merged", json =>
    {
        json.WriteStartArray("parts");
        foreach (CampaignState part in parts)
        {
            json.WriteStartObject();
            json.WriteNumber("shard", part.Options.Shard.Index + 1);
            json.WriteNumber("runs", part.Totals.Runs);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Provenance.Write(json, ScenarioRunner.ModelVersion);
    });

    /// <summary>A round became part of the state.</summary>
    /// <param name="state">The state with it.</param>
    /// <param name="elapsed">Time of the session so far.</param>
    internal void Committed(CampaignState state, TimeSpan elapsed) => Append("round", json =>
    {
        json.WriteNumber("rounds", state.Rounds);
        json.WriteNumber("runs", state.Totals.Runs);
        json.WriteNumber("steps", state.Totals.Steps);
        json.WriteNumber("corpus", state.CorpusCount);
        json.WriteNumber("findings", state.Findings.Count);
        json.WriteNumber("violations", state.ViolationCount());
        json.WriteNumber("sessionSeconds", Math.Round(elapsed.TotalSeconds, 3));
    });

    /// <summary>A session ends in order.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="elapsed">Its time.</param>
    internal void Ended(string reason, TimeSpan elapsed) => Append("ended", json =>
    {
        json.WriteString("reason", reason);
        json.WriteNumber("sessionSeconds", Math.Round(elapsed.TotalSeconds, 3));
    });

    private int RoundsTold() => Read(path).Events
        .Select(static each => each.ValueKind == JsonValueKind.Object && each.TryGetProperty("rounds", out JsonElement rounds)
            && rounds.TryGetInt32(out int number) ? number : -1)
        .DefaultIfEmpty(-1).Max();

    private void Append(string kind, Action<Utf8JsonWriter> write)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("event", kind);
            json.WriteString("time", DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
            write(json);
            json.WriteEndObject();
        }

        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        file.Seek(0, SeekOrigin.End);
        file.Write(Encoding.UTF8.GetBytes((EndsInLine(file) ? "" : "\n") + Encoding.UTF8.GetString(text.ToArray()) + "\n"));
    }

    private static bool EndsInLine(FileStream file)
    {
        if (file.Length == 0)
        {
            return true;
        }

        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n';
    }
}
