// The page docs/stories.md tells one finding of each kind: of every invariant the scenario of Corpus/oracle that violates it,
// and of every protocol the windows of the bank. It is made here, so whoever changes how findings are told reads what all of
// them look like then; MANAGARM_PERF_ACCEPT=1 writes it.

using System.Text;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Tests.Oracle;
using Managarm.Perf.Fuzz.Windows;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.Tests.Findings;

public sealed class StoryPageTests
{
    private static readonly string path = Path.Combine(RepositoryRoot.Path, "docs", "stories.md");

    private static readonly Lazy<IReadOnlyList<(KnownWindow Window, Story Story)>> windows = new(TellWindows);

    [Fact]
    public void The_page_tells_one_finding_of_each_kind()
    {
        string page = MakePage();
        if (Environment.GetEnvironmentVariable("MANAGARM_PERF_ACCEPT") == "1")
        {
            File.WriteAllText(path, page);
        }

        Assert.True(File.ReadAllText(path) == page, $"{path} is not what is told today; MANAGARM_PERF_ACCEPT=1 accepts it");
    }

    [Fact]
    public void Every_protocol_with_a_window_has_a_story()
    {
        string[] told = [.. windows.Value.Select(each => each.Story.Protocol.Name)];
        string[] withoutWindows = ["monolithic", "none", "ordered"];
        foreach (IProtocol protocol in ProtocolCatalog.All)
        {
            Assert.Contains(protocol.Name, told.Concat(withoutWindows));
        }
    }

    [Fact]
    public void Every_window_is_told_with_who_suffers_it()
    {
        foreach ((KnownWindow window, Story story) in windows.Value)
        {
            string confirm = ConfirmText.Write(story, DefectNames.List(window.Defects));
            Assert.DoesNotContain("nobody breaks", confirm, StringComparison.Ordinal);
            Assert.DoesNotContain("of nobody", confirm, StringComparison.Ordinal);
            Assert.Contains(ViolationWords.Expectation(story), confirm, StringComparison.Ordinal);
            Assert.False(ViolationWords.Title(story).EndsWith(' '), window.Name);
            Assert.InRange(Digest.Write(story, "").Count(), 5, 100);
        }
    }

    private static string MakePage()
    {
        var text = new StringBuilder();
        text.Append("""
            # One finding of each kind

            What a violation of each invariant looks like when it is told, and what somebody at the real system would see. The
            defects of the first part are planted into scenarios of `Corpus/oracle`; the second part lists the violations of
            [known windows](windows.md), by protocol. The [invariants](invariants.md) say what is checked, and
            [findings](findings.md) how to read a story. This page is made by a test. [Back to the index](README.md).

            """);
        foreach (Invariant invariant in Enum.GetValues<Invariant>().Where(each => each != Invariant.None))
        {
            AppendStory(text, invariant);
        }

        text.Append("\n## Windows of the protocols\n\n| protocol | window | in words | what is seen |\n|---|---|---|---|\n");
        foreach ((KnownWindow window, Story story) in windows.Value)
        {
            text.Append($"| `{story.Protocol.Name}` | `{window.Name}` | {ViolationWords.Title(story)} ");
            text.Append($"| {ViolationWords.Expectation(story)} |\n");
        }

        return text.ToString();
    }

    private static void AppendStory(StringBuilder text, Invariant invariant)
    {
        var pair = new OraclePair($"{Invariants.NameOf(invariant)}-violated");
        var defects = default(DefectSet).With(pair.Defect);
        using ScenarioRunner runner = pair.MakeRunner();
        (_, Schedule schedule) = pair.Search(runner, defects);
        Story story = FindingReplay.Tell(runner, pair.Scenario, schedule, defects);
        text.Append($"\n## {Invariants.NameOf(invariant)}\n\n");
        string title = ViolationWords.Title(story);
        text.Append($"{char.ToUpperInvariant(title[0])}{title[1..]}. ");
        text.Append($"Planted defect: `{DefectNames.Of(pair.Defect)}`.\n\n```text\n");
        foreach (string line in Digest.Write(story, "").Where(each => each != "  "))
        {
            text.Append(line).Append('\n');
        }

        text.Append("```\n\n").Append(ViolationWords.Expectation(story)).Append('\n');
    }

    private static List<(KnownWindow Window, Story Story)> TellWindows()
    {
        string folder = Path.Combine(RepositoryRoot.Path, "Corpus", "windows");
        return [.. WindowBank.Read(folder)
            .Select(window => (Window: window, WindowReplay.Of(window).Story))
            .Where(each => !each.Story.Violation.IsNone)
            .OrderBy(each => each.Story.Protocol.Name, StringComparer.Ordinal)
            .ThenBy(each => each.Window.Name, StringComparer.Ordinal)];
    }
}
