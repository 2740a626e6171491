// What an exploration that found nothing and left nothing out is worth: under this protocol, profile, model and these bounds no
// interleaving of this scenario violates anything. It names all that the statement depends on, so that it can be checked again
// on another day: the same model must visit the same number of interleavings.

using System.Globalization;
using System.Text.Json;
using Managarm.Perf.Core;
using Managarm.Perf.Corpus;
using Managarm.Perf.Servers;

namespace Managarm.Perf.Fuzz;

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
public sealed record Certificate(
    string Scenario, string Protocol, string Profile, string Defects, string Model, long MaxSteps, long MaxExpirations,
    long Traces, int LongestRun)
{
    /// <summary>Version of the format.</summary>
    public const int Version = 1;

    /// <summary>Version and build of the model that runs here: equal builds have equal names.</summary>
    public static string PresentModel { get; } = string.Create(
        CultureInfo.InvariantCulture,
        $"{ScenarioRunner.ModelVersion}-{Build(typeof(World))}-{Build(typeof(ScenarioRunner))}");

    /// <summary>Makes the certificate of a complete exploration.</summary>
    /// <param name="system">The system that was explored.</param>
    /// <param name="program">The scenario.</param>
    /// <param name="defects">Defects that were on.</param>
    /// <param name="result">What was seen.</param>
    /// <returns>The certificate.</returns>
    public static Certificate Of(ModelSystem system, Program program, DefectSet defects, ExploreResult result)
    {
        Verify.That(result.IsComplete && result.Findings.Count == 0, "a certificate for what is not proved");
        return new Certificate(
            ScenarioFormatter.Format(program), system.Protocol.Name, Profiles.NameOf(system.Profile),
            string.Join(',', DefectNames.List(defects)), PresentModel, system.World.Options.MaxSteps,
            system.World.Options.MaxExpirations, result.Traces, result.LongestRun);
    }

    /// <summary>File name: what it is about, and the hash of the scenario.</summary>
    /// <returns>A name without a directory.</returns>
    public string FileName() => string.Create(
        CultureInfo.InvariantCulture, $"{Protocol}-{Profile}-{ScenarioHash.Of(Scenario):x16}{(Defects.Length > 0 ? "-defects" : "")}.json");

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
            certificate = new Certificate(
                Text(root, "scenario"), Text(root, "protocol"), Text(root, "profile"), Text(root, "defects"), Text(root, "model"),
                root.GetProperty("maxSteps").GetInt64(), root.GetProperty("maxExpirations").GetInt64(),
                root.GetProperty("traces").GetInt64(), root.GetProperty("longestRun").GetInt32());
            return true;
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException)
        {
            error = $"is no certificate: {failure.Message}";
            return false;
        }
    }

    private static string Text(JsonElement root, string name) => root.GetProperty(name).GetString() ?? "";

    private static string Build(Type type) => type.Module.ModuleVersionId.ToString("n")[..8];
}
