// Campaigns as JUnit XML, which dashboards of CI show: a suite per campaign, a case per cause. A new one is a failure, with the
// digest and the command that replays it. A known one is skipped with its reason and not passed: dashboards show the reason of
// what was skipped and hide what has passed, and nothing about a known race has passed. The campaign itself is a case that
// passes, for a suite without cases counts as one that was never run. There is no time in it: equal campaigns have equal
// documents.

using System.Globalization;
using System.Text;
using System.Xml;

namespace Managarm.Perf.Fuzz.Reports;

/// <summary>Renders campaigns as JUnit XML.</summary>
public static class JUnitReport
{
    private static readonly XmlWriterSettings Settings = new()
    {
        Indent = true,
        NewLineChars = "\n",
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
    };

    /// <summary>Renders campaigns.</summary>
    /// <param name="campaigns">The campaigns.</param>
    /// <returns>The document.</returns>
    public static string Write(IReadOnlyList<CampaignSummary> campaigns)
    {
        using var stream = new MemoryStream();
        using (var xml = XmlWriter.Create(stream, Settings))
        {
            xml.WriteStartElement("testsuites");
            xml.WriteAttributeString("name", "Managarm.Perf");
            WriteCounts(xml, campaigns);
            foreach (CampaignSummary campaign in campaigns)
            {
                WriteSuite(xml, campaign);
            }

            xml.WriteEndElement();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length) + "\n";
    }

    private static void WriteSuite(XmlWriter xml, CampaignSummary campaign)
    {
        xml.WriteStartElement("testsuite");
        xml.WriteAttributeString("name", $"{campaign.Protocols} in profile {campaign.Profile}");
        WriteCounts(xml, [campaign]);
        xml.WriteStartElement("properties");
        WriteProperty(xml, "directory", campaign.Path);
        WriteProperty(xml, "seed", campaign.State.Options.Seed.ToString(CultureInfo.InvariantCulture));
        WriteProperty(xml, "rounds", campaign.State.Rounds.ToString(CultureInfo.InvariantCulture));
        WriteProperty(xml, "runs", campaign.State.Totals.Runs.ToString(CultureInfo.InvariantCulture));
        xml.WriteEndElement();
        BeginCase(xml, campaign, "campaign");
        xml.WriteEndElement();
        foreach (CampaignCase each in campaign.Cases)
        {
            WriteCase(xml, campaign, each);
        }

        xml.WriteEndElement();
    }

    private static void WriteCounts(XmlWriter xml, IReadOnlyList<CampaignSummary> campaigns)
    {
        WriteCount(xml, "tests", campaigns.Sum(static each => each.Cases.Count + 1));
        WriteCount(xml, "failures", campaigns.Sum(static each => each.New.Count()));
        WriteCount(xml, "errors", 0);
        WriteCount(xml, "skipped", campaigns.Sum(static each => each.Known.Count()));
    }

    private static void WriteCount(XmlWriter xml, string name, int count) =>
        xml.WriteAttributeString(name, count.ToString(CultureInfo.InvariantCulture));

    private static void WriteProperty(XmlWriter xml, string name, string value)
    {
        xml.WriteStartElement("property");
        xml.WriteAttributeString("name", name);
        xml.WriteAttributeString("value", Clean(value));
        xml.WriteEndElement();
    }

    private static void BeginCase(XmlWriter xml, CampaignSummary campaign, string name)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", $"{campaign.Protocols}.{campaign.Profile}");
        xml.WriteAttributeString("name", Clean(name));
    }

    private static void WriteCase(XmlWriter xml, CampaignSummary campaign, CampaignCase each)
    {
        BeginCase(xml, campaign, each.Title);
        if (each.Known is { } known)
        {
            xml.WriteStartElement("skipped");
            xml.WriteAttributeString("message", Clean($"known until {known.Expires:yyyy-MM-dd}: {known.Reason}"));
        }
        else
        {
            xml.WriteStartElement("failure");
            xml.WriteAttributeString("type", Clean(each.Finding.Invariant));
            xml.WriteAttributeString("message", Clean(each.Finding.Sentence));
            xml.WriteString(Clean($"\n{string.Join('\n', each.Finding.Digest())}\n\n{each.Finding.Replay}\n"));
        }

        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    /// <summary>A text without the characters that XML cannot have at all, such as those of a strange file name.</summary>
    private static string Clean(string text) => text.All(XmlConvert.IsXmlChar)
        ? text
        : string.Concat(text.Select(static letter => XmlConvert.IsXmlChar(letter) ? letter : '?'));
}
