// The folder of a finding: complete, stable, and good for what its files promise. Charts are checked by structure:
// well-formed, one column per party that takes part, boxes within the picture, a red mark per preemption.

using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Corpus.Text;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Tests.Findings;

/// <summary>Tests of finding folders.</summary>
public sealed class FindingWriterTests
{
    private static readonly RawFinding Finding = SampleFinding.Make();

    [Fact]
    public void A_folder_has_its_six_files_and_a_readable_name()
    {
        using var scratch = new ScratchDirectory();
        string folder = FindingWriter.Write(scratch.Location, Finding).Path;
        Assert.Matches("^tristate-liveness-waitpid-[0-9a-f]{4}$", Path.GetFileName(folder));
        string[] names = [.. Directory.GetFiles(folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
        Assert.Equal(["chart.svg", "confirm.md", "finding.json", "found.scn", "scenario.scn", "trace.txt"], names);
    }

    [Fact]
    public void Writing_again_changes_only_the_volatile_part()
    {
        using var scratch = new ScratchDirectory();
        string first = FindingWriter.Write(scratch.At("a"), Finding).Path;
        string second = FindingWriter.Write(scratch.At("b"), SampleFinding.Make()).Path;
        foreach (string name in new[] { "chart.svg", "confirm.md", "found.scn", "scenario.scn", "trace.txt" })
        {
            Assert.Equal(File.ReadAllText(Path.Combine(first, name)), File.ReadAllText(Path.Combine(second, name)));
        }

        Assert.Equal(StableDocument(first).ToJsonString(), StableDocument(second).ToJsonString());
    }

    [Fact]
    public void The_document_has_its_fields_in_a_fixed_order()
    {
        using var scratch = new ScratchDirectory();
        string folder = FindingWriter.Write(scratch.Location, Finding).Path;
        JsonObject document = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "finding.json")))!.AsObject();
        Assert.Equal(
            [
                "version", "signature", "cause", "invariant", "sentence", "protocol", "profile", "judged", "call", "panic",
                "baseline",
                "place", "deciding", "shrinking", "calls", "deviations", "steps", "decisions", "scenario",
                "schedule", "traceHash", "defects", "modelVersion", "runIndex",
                "found", "provenance",
            ],
            document.Select(field => field.Key));
        Assert.Equal(["time", "commit"], document["found"]!.AsObject().Select(field => field.Key));
        Assert.Equal(1, document["deviations"]!.GetValue<int>());
        Assert.Equal("waitpid", document["signature"]!.GetValue<string>().Split(' ')[2]);
    }

    [Fact]
    public void The_scenario_reads_back_with_its_schedule()
    {
        using var scratch = new ScratchDirectory();
        string folder = FindingWriter.Write(scratch.Location, Finding).Path;
        ScenarioFile read = SampleFinding.Parse(File.ReadAllText(Path.Combine(folder, "scenario.scn")));
        Assert.True(read.Scenario.ContentEquals(Finding.File.Scenario));
        Assert.True(read.Schedule.ContentEquals(Finding.File.Schedule));
    }

    [Fact]
    public void What_is_found_with_a_planted_defect_gets_a_folder_of_its_own()
    {
        using var scratch = new ScratchDirectory();
        RawFinding planted = Finding with { Defects = Finding.Defects.With(Defect.TicketTakenLate) };
        string folder = FindingWriter.Write(scratch.Location, Finding).Path;
        Assert.Equal(folder + "-with-ticket-taken-late", FindingWriter.Write(scratch.Location, planted).Path);
    }

    [Fact]
    public void Another_signature_with_the_same_short_name_gets_a_folder_of_its_own()
    {
        using var scratch = new ScratchDirectory();
        string folder = FindingWriter.Write(scratch.Location, Finding).Path;
        string document = Path.Combine(folder, "finding.json");
        File.WriteAllText(document, File.ReadAllText(document).Replace(Finding.Signature, "another", StringComparison.Ordinal));
        Assert.NotEqual(folder, FindingWriter.Write(scratch.Location, Finding).Path);
    }

    [Fact]
    public void The_recipe_names_the_place_and_what_to_see()
    {
        string text = ConfirmText.Write(FindingReplay.Tell(Finding), []);
        Assert.Contains("posix-pipe.hpp", text, StringComparison.Ordinal);
        Assert.Contains("insert a sleep", text, StringComparison.Ordinal);
        Assert.Contains("calls kill(A, USR1)", text, StringComparison.Ordinal);
        Assert.Contains("hangs in `waitpid(", text, StringComparison.Ordinal);
        Assert.DoesNotContain("planted", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_recipe_of_a_planted_defect_says_so()
    {
        RawFinding finding = SampleFinding.Make(
            "A: sigaction(USR1, handle)\nA: sigprocmask(block, {USR2})\nA: sigsuspend({})\nB: kill(A, USR1) when A blocked\n",
            "tristate",
            Defect.MaskNotRestored);
        string text = ConfirmText.Write(FindingReplay.Tell(finding), DefectNames.List(finding.Defects));
        Assert.Contains("mask-not-restored", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_chart_is_self_contained_and_everything_lies_inside()
    {
        Story story = FindingReplay.Tell(Finding);
        string text = Chart.Write(story, Finding.File.Schedule.ToString());
        XElement root = XDocument.Parse(text).Root!;
        Assert.Equal("svg", root.Name.LocalName);
        Assert.DoesNotContain("href", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", text, StringComparison.Ordinal);
        int width = Number(root, "width");
        int height = Number(root, "height");
        foreach (XElement box in root.Elements().Where(each => each.Name.LocalName == "rect" && each.Attribute("x") is not null))
        {
            Assert.InRange(Number(box, "x") + Number(box, "width"), 0, width);
            Assert.InRange(Number(box, "y") + Number(box, "height"), 0, height);
        }

        string[] texts = [.. root.Elements().Where(each => each.Name.LocalName == "text").Select(each => each.Value)];
        Assert.Contains("posix", texts);
        Assert.Single(texts, each => each.StartsWith("PREEMPTION", StringComparison.Ordinal));
        Assert.Contains(texts, each => each.StartsWith("VIOLATED: liveness", StringComparison.Ordinal));
        Assert.InRange(root.Elements().Count(each => (string?)each.Attribute("marker-end") is not null), 10, 60);
    }

    [Fact]
    public void No_two_boxes_of_a_chart_share_a_height()
    {
        var layout = new ChartLayout(FindingReplay.Tell(Finding), 0);
        for (int i = 1; i < layout.Boxes.Count; i++)
        {
            Assert.True(layout.Boxes[i - 1].Bottom < layout.Boxes[i].Top);
        }

        Assert.All(layout.Arrows, arrow => Assert.True(arrow.Y1 < arrow.Y2));
        Assert.Single(layout.Holds);
    }

    [Fact]
    public void Long_words_do_not_hang_the_wrapping() =>
        Assert.Equal(new string('x', 200), Assert.Single(ChartLayout.Wrap(new string('x', 200))));

    private static JsonObject StableDocument(string folder)
    {
        JsonObject document = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "finding.json")))!.AsObject();
        Assert.True(document.Remove("found"));
        Assert.True(document.Remove(Provenance.Member));
        return document;
    }

    private static int Number(XElement element, string name) =>
        int.Parse((string)element.Attribute(name)!, CultureInfo.InvariantCulture);
}
