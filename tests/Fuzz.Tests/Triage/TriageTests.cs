// `triage` over a folder of every kind of input: what is known is counted for its window, what was planted is new, what shows
// nothing and what is no input is told apart, and all of it is the same for any number of workers.

using System.Text.Json.Nodes;
using Managarm.Perf.Fuzz.EngineInputs;
using Managarm.Perf.Fuzz.Tests.Commands;
using Managarm.Perf.Fuzz.Tests.Findings;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Tests.Triage;

/// <summary>Tests of triage.</summary>
public sealed class TriageTests : IDisposable
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    private const string Planted = "# Planted defect: fork-forgets-mask\nA: sigprocmask(block, {USR1})\nA: B = fork()\n"
        + "schedule 1 4ebabdfca514909f tristate managarm 6\n";

    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Every_input_goes_to_its_cause()
    {
        string folder = Directory.CreateDirectory(scratch.At("in")).FullName;
        CopyWindow("sigsuspend-handler-under-former-mask", folder);
        CopyWindow("read-closed-by-sibling", folder);
        File.WriteAllText(Path.Combine(folder, "planted.scn"), Planted);
        File.WriteAllText(Path.Combine(folder, "clean.scn"), Planted[(Planted.IndexOf('\n', Ordinal) + 1)..]);
        File.WriteAllText(Path.Combine(folder, "searched.scn"), "device tty slow\nA: read(tty, 1) = 0\n");
        File.WriteAllText(Path.Combine(folder, "damaged.scn"), "A: fly(home)\n");
        File.WriteAllText(Path.Combine(folder, "README.txt"), "not looked at");
        string crashes = Directory.CreateDirectory(Path.Combine(folder, "crashes")).FullName;
        EngineInput lane = StartInputs.Windows().Single(static each => each.Name == "read-closed-by-sibling").Input;
        File.WriteAllBytes(Path.Combine(crashes, "id:000000,sig:06"), StartInputs.BytesOf(lane));
        File.WriteAllBytes(Path.Combine(crashes, "id:000001,sig:06"), "XX"u8);

        CommandResult one = Triage(folder, "--jobs", "1", "--json");
        CommandResult two = Triage(folder, "--jobs", "2", "--json");
        Assert.Equal(CommandExit.Findings, one.ExitCode);
        Assert.Equal(CommandRunner.Stable(one.Output), CommandRunner.Stable(two.Output));
        JsonNode document = JsonNode.Parse(one.Output)!;
        Assert.Equal(["clean.scn"], Texts(document["clean"]!));
        Assert.Equal(2, Texts(document["refused"]!).Length);
        Assert.Contains(Texts(document["refused"]!), static line => line.Contains("damaged.scn:1:", Ordinal));
        Assert.Contains(Texts(document["refused"]!), static line => line.EndsWith("are no input of an engine", Ordinal));
        Assert.Equal(["sigsuspend-handler-under-former-mask.scn"], FilesOf(document, "T5"));
        Assert.Equal(["crashes/id:000000,sig:06", "read-closed-by-sibling.scn"], FilesOf(document, "T1"));
        Assert.Equal(["planted.scn"], FilesOf(document, "defect fork-forgets-mask"));
        Assert.Equal(["searched.scn"], FilesOf(document, "unattributed"));
        Assert.All(document["causes"]!.AsArray(), static cause =>
            Assert.Equal(((string)cause!["cause"]!)[0] is 'd' or 'u', (string)cause["known"]! == ""));
        Assert.All(document["causes"]!.AsArray(), static cause => Assert.All(
            Texts(cause!["findings"]!), static finding => Assert.True(File.Exists(Path.Combine(finding, "finding.json")))));
    }

    [Fact]
    public void Only_what_is_new_is_told_and_fails()
    {
        string folder = Directory.CreateDirectory(scratch.At("in")).FullName;
        CopyWindow("read-closed-by-sibling", folder);
        CommandResult known = Triage(folder);
        Assert.Equal((CommandExit.Clean, ""), (known.ExitCode, known.Error));
        Assert.StartsWith("1 file: 1 with a violation, 0 without, 0 not read\n  known  T1 of tristate", known.Output, Ordinal);

        File.WriteAllText(Path.Combine(folder, "planted.scn"), Planted);
        CommandResult fresh = Triage(folder);
        Assert.Equal(CommandExit.Findings, fresh.ExitCode);
        Assert.StartsWith("VIOLATED under tristate: mask", fresh.Output, Ordinal);
        string summary = fresh.Output[fresh.Output.IndexOf("2 files: ", Ordinal)..];
        Assert.Contains("  new    defect fork-forgets-mask of tristate, in 1 file: planted.scn\n", summary, Ordinal);
        Assert.Contains(summary, File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "findings.md")), Ordinal);
    }

    [Fact]
    public void What_cannot_be_read_fails_when_nothing_is_new()
    {
        string folder = Directory.CreateDirectory(scratch.At("in")).FullName;
        CopyWindow("read-closed-by-sibling", folder);
        File.WriteAllText(Path.Combine(folder, "damaged.scn"), "A: fly(home)\n");
        CommandResult result = Triage(folder);
        Assert.Equal(CommandExit.BadInput, result.ExitCode);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.Contains("known  T1", result.Output, Ordinal);
    }

    [Theory]
    [InlineData("there is no directory")]
    [InlineData("there is no scenario and no input of an engine in")]
    public void A_folder_without_input_is_refused(string message)
    {
        string folder = scratch.At("in");
        if (message.Contains("scenario", Ordinal))
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "README.md"), "text");
        }

        CommandResult result = Triage(folder);
        Assert.Equal(CommandExit.BadInput, result.ExitCode);
        Assert.Contains(message, result.Error, Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    private CommandResult Triage(string folder, params string[] more) =>
        CommandRunner.Run(["triage", folder, "--data", scratch.At("out"), .. more]);

    private static void CopyWindow(string name, string folder) => File.Copy(
        Path.Combine(RepositoryRoot.Path, "Corpus", "windows", name + ".scn"), Path.Combine(folder, name + ".scn"));

    private static string[] FilesOf(JsonNode document, string cause) =>
        [.. Texts(CauseOf(document, cause)["files"]!).Order(StringComparer.Ordinal)];

    private static JsonNode CauseOf(JsonNode document, string cause) =>
        document["causes"]!.AsArray().Single(each => (string)each!["cause"]! == cause)!;

    private static string[] Texts(JsonNode node) => [.. node.AsArray().Select(static each => (string)each!)];
}
