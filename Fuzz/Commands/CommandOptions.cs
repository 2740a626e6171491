// Options that several commands have, and how their values are read. Values are read here rather than by the command line
// library, so that every mistake comes out as `option: message` with the values that would be right.

using System.CommandLine;
using System.Globalization;
using Managarm.Perf.Core;
using Managarm.Perf.Corpus;
using Managarm.Perf.Servers;

namespace Managarm.Perf.Fuzz;

/// <summary>Makes and reads options.</summary>
internal static class CommandOptions
{
    /// <summary>An option with a value.</summary>
    /// <param name="name">Name with its dashes.</param>
    /// <param name="value">What the value is called.</param>
    /// <param name="description">One sentence.</param>
    internal static Option<string> Make(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description };

    /// <summary>The option that asks for one JSON document.</summary>
    internal static Option<bool> MakeJson() =>
        new("--json") { Description = "Print one versioned JSON document on standard output." };

    internal static Option<string> MakeProtocol(string description) => Make("--protocol", "P", description);

    internal static Option<string> MakeProfile() =>
        Make("--profile", "NAME", "Whose rules apply: managarm (default), linux or posix.");

    internal static Option<string> MakeDefect() =>
        Make("--defect", "NAME,..", "Plant defects: " + string.Join(", ", Enum.GetValues<Defect>()
            .Where(defect => defect != Defect.Count).Select(DefectNames.Of)) + ".");

    internal static Option<string> MakeData() =>
        Make("--data", "DIR", $"Where results go (default {CommandContext.DefaultDataDirectory}).");

    internal static string DataDirectory(ParseResult parsed, Option<string> option, CommandContext context)
    {
        context.DataDirectory = parsed.GetValue(option) ?? CommandContext.DefaultDataDirectory;
        if (context.DataDirectory.Length == 0 || File.Exists(context.DataDirectory))
        {
            throw CommandException.BadInput(option.Name, "a directory is needed");
        }

        return context.DataDirectory;
    }

    internal static IReadOnlyList<IProtocol> Protocols(ParseResult parsed, Option<string> option)
    {
        string text = parsed.GetValue(option) ?? "tristate";
        return text == "all"
            ? ProtocolCatalog.All.ToArray()
            : [.. text.Split(',').Select(name => FindProtocol(option.Name, name)).Distinct()];
    }

    internal static IProtocol FindProtocol(string subject, string name)
    {
        string known = string.Join(", ", ProtocolCatalog.All.ToArray().Select(protocol => protocol.Name));
        return ProtocolCatalog.Find(name)
            ?? throw CommandException.BadInput(subject, $"there is no protocol '{name}'; there are {known}");
    }

    internal static Profile ProfileOf(string subject, string name) => Profiles.TryParse(name, out Profile profile)
        ? profile
        : throw CommandException.BadInput(subject, $"there is no profile '{name}'; there are managarm, linux, posix");

    internal static ulong Number(ParseResult parsed, Option<string> option, ulong fallback, ulong minimum, ulong maximum)
    {
        string? text = parsed.GetValue(option);
        if (text is null)
        {
            return fallback;
        }

        bool isNumber = ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value);
        return isNumber && value >= minimum && value <= maximum
            ? value
            : throw CommandException.BadInput(option.Name, $"'{text}' is no number from {minimum} to {maximum}");
    }

    internal static TimeSpan Time(ParseResult parsed, Option<string> option)
    {
        string text = parsed.GetValue(option) ?? "";
        string digits = text.TrimEnd("hms".ToCharArray());
        bool isNumber = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int value);
        TimeSpan time = text[digits.Length..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(value),
            "s" or "" => TimeSpan.FromSeconds(value),
            "m" => TimeSpan.FromMinutes(value),
            "h" => TimeSpan.FromHours(value),
            _ => TimeSpan.Zero,
        };
        return isNumber && time > TimeSpan.Zero
            ? time
            : throw CommandException.BadInput(option.Name, $"'{text}' is no time such as 500ms, 60s, 5m or 8h");
    }

    internal static DefectSet Defects(ParseResult parsed, Option<string> option)
    {
        string text = parsed.GetValue(option) ?? "";
        return text.Length == 0 ? default : DefectsOf(option.Name, text.Split(','));
    }

    internal static DefectSet DefectsOf(string subject, IEnumerable<string> names)
    {
        DefectSet set = default;
        foreach (string name in names)
        {
            if (!DefectNames.TryFind(name, out Defect defect))
            {
                throw CommandException.BadInput(subject, $"there is no defect '{name}'; --help lists them");
            }

            set = set.With(defect);
        }

        return set;
    }

    /// <summary>Reads a scenario file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="context">Where the command runs.</param>
    internal static Scenario ReadScenario(string path, CommandContext context)
    {
        var scenario = new Scenario();
        context.InputFile = File.Exists(path) ? path : "";
        return CorpusStore.TryReadFile(new ScenarioParser(), path, scenario, out _, out string error)
            ? scenario
            : throw CommandException.BadInput(error);
    }
}
