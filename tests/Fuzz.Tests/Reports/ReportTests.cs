// What people and dashboards read of campaigns, and the command that writes it: from a campaign with a planted defect, which is
// new in all three, to directories and files that are no good.

using System.Xml.Linq;
using Managarm.Perf.Fuzz.Reports;
using Managarm.Perf.Fuzz.Tests.Commands;
using Managarm.Perf.Fuzz.Tests.Findings;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Tests.Reports;

/// <summary>Tests of reports.</summary>
public sealed class ReportTests
{
    [Fact]
    public void A_planted_defect_is_new_in_all_three_and_the_reports_come_out_the_same()
    {
        using var scratch = new ScratchDirectory();
        string campaign = ReportedCampaigns.WriteDefect(scratch);
        string first = Report(scratch, "first");
        Assert.Equal(first, Report(scratch, "second"));
        Assert.Contains("\"level\": \"error\"", first, StringComparison.Ordinal);
        Assert.Contains("<failure ", first, StringComparison.Ordinal);
        Assert.Contains("**1 new cause**", first, StringComparison.Ordinal);
        Assert.Contains("defect registry-entry-kept", first, StringComparison.Ordinal);

        CommandResult printed = CommandRunner.Run("campaign", "report", scratch.Location);
        Assert.Equal(CommandExit.Findings, printed.ExitCode);
        Assert.Equal(File.ReadAllText(scratch.At("first", "md")), printed.Output);

        string document = Directory.GetFiles(campaign, "finding.json", SearchOption.AllDirectories).First();
        File.WriteAllText(document, "{}");
        Refused($"{document}: this is no document of a finding", "campaign", "report", campaign);
        File.WriteAllText(Path.Combine(campaign, "campaign.json"), "{");
        Refused("this is no state of a campaign", "campaign", "report", campaign);
    }

    [Fact]
    public void Where_no_campaign_is_one_line_says_so()
    {
        using var scratch = new ScratchDirectory();
        Refused("no campaign in it or below", "campaign", "report", scratch.Location);
        Refused("there is no directory", "campaign", "report", scratch.At("nowhere"));
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_named()
    {
        using var scratch = new ScratchDirectory();
        string campaign = scratch.At("clean");
        CommandRunner.Run(
            "campaign", "--dir", campaign, "--protocol", "monolithic", "--runs", "1", "--jobs", "1", "--corpus", "empty");
        string file = scratch.Write("file", "");
        CommandResult result = CommandRunner.Run("campaign", "report", campaign, "--sarif", Path.Combine(file, "x.sarif"));
        Assert.Equal(CommandExit.Environment, result.ExitCode);
        Assert.StartsWith($"--sarif: {file}", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));

        CommandResult clean = CommandRunner.Run("campaign", "report", campaign);
        Assert.Equal(CommandExit.Clean, clean.ExitCode);
        Assert.StartsWith("**Nothing new** in 4,096 runs of 1 campaign.\n", clean.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dashboard_sees_a_failure_for_what_is_new_and_the_reason_of_what_is_known()
    {
        string text = JUnitReport.Write([ReportedCampaigns.Of(ReportedCampaigns.New, ReportedCampaigns.Known)]);
        XElement suite = Assert.Single(XDocument.Parse(text).Root!.Elements("testsuite"));
        Assert.Equal("tristate in profile managarm", (string?)suite.Attribute("name"));
        Assert.Equal(["3", "1", "0", "1"], Counts(suite));
        XElement failure = Assert.Single(suite.Descendants("failure"));
        Assert.Contains("VIOLATED under tristate+O2: liveness of read(r, 1)", failure.Value, StringComparison.Ordinal);
        Assert.Contains("-- run 'nights/a b/findings/new'", failure.Value, StringComparison.Ordinal);
        Assert.Contains("a | reason", (string?)Assert.Single(suite.Descendants("skipped")).Attribute("message"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_XML_cannot_have_does_no_harm()
    {
        CampaignCase strange = ReportedCampaigns.New with
        {
            Finding = ReportedCampaigns.New.Finding with { Folder = "night\u0001\ud800" },
        };
        string text = JUnitReport.Write([ReportedCampaigns.Of(strange)]);
        Assert.Contains("night??", XDocument.Parse(text).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_begins_with_the_verdict_and_counts_what_is_known()
    {
        string page = MarkdownReport.Write([ReportedCampaigns.Of(ReportedCampaigns.New, ReportedCampaigns.Known)]);
        Assert.StartsWith("**1 new cause** in 12,288 runs of 1 campaign.\n", page, StringComparison.Ordinal);
        Assert.Contains("told by `dotnet run -c Release --project Fuzz -- run 'nights/a b/findings/new'`", page,
            StringComparison.Ordinal);
        Assert.Contains("| nights/a b | tristate | managarm | 7 | 3 | 12,288 | 44 | 1 | 1 |\n", page, StringComparison.Ordinal);
        Assert.Contains("| O1 | tristate | 1 | 3 | 2,500 | a \\| reason |\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_that_is_too_long_is_cut_and_says_so()
    {
        CampaignSummary[] many = [.. Enumerable.Repeat(ReportedCampaigns.Of(ReportedCampaigns.New), 9_000)];
        string page = MarkdownReport.Write(many);
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(page), MarkdownReport.MaximumBytes * 9 / 10,
            MarkdownReport.MaximumBytes);
        Assert.StartsWith("**9000 new causes**", page, StringComparison.Ordinal);
        Assert.Matches("\n[0-9,]+ lines cut: a summary has at most 1,024 KB.\n$", page);
    }

    private static string[] Counts(XElement suite) =>
        [.. new[] { "tests", "failures", "errors", "skipped" }.Select(name => (string)suite.Attribute(name)!)];

    private static string Report(ScratchDirectory scratch, string name)
    {
        string[] files = [scratch.At(name, "sarif"), scratch.At(name, "junit"), scratch.At(name, "md")];
        CommandResult result = CommandRunner.Run(
            "campaign", "report", scratch.At("nights"), "--sarif", files[0], "--junit", files[1], "--markdown", files[2]);
        Assert.Equal(CommandExit.Findings, result.ExitCode);
        Assert.Equal("", result.Output);
        return string.Concat(files.Select(File.ReadAllText));
    }

    private static void Refused(string message, params string[] arguments)
    {
        CommandResult result = CommandRunner.Run(arguments);
        Assert.Equal(CommandExit.BadInput, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }
}
