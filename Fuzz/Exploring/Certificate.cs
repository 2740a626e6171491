// What an exploration that found nothing and left nothing out is worth: under this protocol, profile, model and these bounds no
// interleaving of this scenario violates anything. It names all that the statement depends on, so that it can be checked again
// on another day: the same model must visit the same number of interleavings.

using System.Globalization;
using System.Text.Json;
using Managarm.Perf.Core;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Output;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Exploring;

/// <summary>Statement that a scenario has no violation.</summary>
/// <param name="Scenario">Normal form of the scenario.</param>
/// <param name="Protocol">Name of the protocol.</param>
/// <param name="Profile">Name of the profile.</param>
/// <param name="Defects">Names of planted defects, joined by commas.</param>
/// <param name="Model">Version and build of the model.</param>
/// <param name="MaxSteps">Steps that a run may have.</param>
/// <param name="MaxExpirations">Deadlines that may expire in a run.</param>
/// <param name="Traces">Distinguishable interleavings.</param>
/// <param name="LongestRun">Transitions of the longest run.</param>
/// <param name="Judged">Which calls must not block for ever: wired, or all.</param>
/// <param name="Reduction">What the search left out.</param>
public sealed record Certificate(
    string Scenario, string Protocol, string Profile, string Defects, string Model, long MaxSteps, long MaxExpirations,
    long Traces, int LongestRun, string Judged, Reduction Reduction)
{
    /// <summary>Version and build of the model that runs here: equal builds have equal names.</summary>
    public static string PresentModel { get; } = string.Create(
        CultureInfo.InvariantCulture,
        $"{ScenarioRunner.ModelVersion}-{Build(typeof(World))}-{Build(typeof(ScenarioRunner))}-{Build(typeof(Explorer))}");

    /// <summary>Makes the certificate of a complete exploration.</summary>
    /// <param name="system">The system that was explored.</param>
    /// <param name="subject">What was explored.</param>
    /// <param name="result">What was seen.</param>
    /// <returns>The certificate.</returns>
    internal static Certificate Of(ModelSystem system, ExploreSubject subject, ExploreResult result)
    {
        Verify.That(result.IsComplete && result.Findings.Count == 0, "a certificate for what is not proved");
        return new Certificate(
            ScenarioFormatter.Format(subject.Scenario), system.Protocol.Name, Profiles.NameOf(system.Profile),
            string.Join(',', DefectNames.List(subject.Defects)), PresentModel, system.World.Options.MaxSteps,
            system.World.Options.MaxExpirations, result.Traces, result.LongestRun,
            system.JudgesAllCalls ? "all" : "wired", subject.Reduction);
    }

    /// <summary>File name: what it is about, and the hash of the scenario.</summary>
    /// <returns>A name without a directory.</returns>
    public string FileName()
    {
        string rest = Defects.Length + (Judged == "all" ? 1 : 0) + (Reduction == Reduction.Source ? 0 : 1) == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"-{ScenarioHash.Of($"{Defects} {Judged} {Reduction}"):x16}");
        return string.Create(CultureInfo.InvariantCulture, $"{Protocol}-{Profile}-{ScenarioHash.Of(Scenario):x16}{rest}.json");
    }

    /// <summary>The document.</summary>
    /// <returns>JSON text.</returns>
    public string Write()
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var document = new JsonDocumentWriter(text, "certificate"))
        {
            Utf8JsonWriter json = document.Json;
            json.WriteString("scenario", Scenario);
            json.WriteString("protocol", Protocol);
            json.WriteString("profile", Profile);
            json.WriteString("defects", Defects);
            json.WriteString("model", Model);
            json.WriteNumber("maxSteps", MaxSteps);
            json.WriteNumber("maxExpirations", MaxExpirations);
            json.WriteNumber("traces", Traces);
            json.WriteNumber("longestRun", LongestRun);
            json.WriteString("judged", Judged);
            json.WriteString("reduction", Reduction.ToString());
            json.WriteNumber("violations", 0);
        }

        return text.ToString();
    }

    /// <summary>Reads a certificate.</summary>
    /// <param name="text">JSON text.</param>
    /// <param name="certificate">Receives it.</param>
    /// <param name="error">Receives what is wrong.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryRead(string text, out Certificate? certificate, out string error)
    {
        certificate = null;
        error = "";
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement root = document.RootElement;
            if (root.GetProperty("version").GetInt32() != JsonDocumentWriter.Version || Text(root, "command") != "certificate"
                || root.GetProperty("violations").GetInt64() != 0)
            {
                error = "is no certificate of this version";
                return false;
            }

            certificate = new Certificate(
                Text(root, "scenario"), Text(root, "protocol"), Text(root, "profile"), Text(root, "defects"), Text(root, "model"),
                root.GetProperty("maxSteps").GetInt64(), root.GetProperty("maxExpirations").GetInt64(),
                root.GetProperty("traces").GetInt64(), root.GetProperty("longestRun").GetInt32(),
                Text(root, "judged"), Enum.Parse<Reduction>(Text(root, "reduction")));
            error = certificate.Mistake();
            return error.Length == 0;
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException or ArgumentException)
        {
            error = "is no certificate: a field is missing, or of another kind than it should be";
            return false;
        }
    }

    /// <summary>What cannot be, or an empty text.</summary>
    private string Mistake()
    {
        bool isPositive = Traces > 0 && MaxSteps > 0 && MaxExpirations > 0 && LongestRun > 0;
        return !isPositive ? "is no certificate: traces, longestRun, maxSteps and maxExpirations are above 0"
            : Judged is not ("wired" or "all") ? "is no certificate: judged is neither wired nor all"
            : !Enum.IsDefined(Reduction) ? "is no certificate: there is no such reduction"
            : Scenario.Length == 0 ? "is no certificate: the scenario is empty" : "";
    }

    private static string Text(JsonElement root, string name) => root.GetProperty(name).GetString() ?? "";

    private static string Build(Type type) => type.Module.ModuleVersionId.ToString("n")[..8];
}
