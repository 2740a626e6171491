// Options that several commands have, and how their values are read. Values are read here rather than by the command line
// library, so that every mistake comes out as `option: message` with the values that would be right.

using System.CommandLine;
using System.Globalization;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Fuzz.Inputs;
using Managarm.Perf.Results.Commands;
using Managarm.Perf.Servers.Protocols;

namespace Managarm.Perf.Fuzz.Commands;

/// <summary>Makes and reads options.</summary>
internal static class CommandOptions
{
    private const long MillisecondsPerHour = 3_600_000;
    private const long MaximumTimeHours = 365 * 24;

    /// <summary>An option with a value.</summary>
    /// <param name="name">Name with its dashes.</param>
    /// <param name="value">What the value is called.</param>
    /// <param name="description">One sentence.</param>
    internal static Option<string> Make(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description };

    /// <summary>The option that asks for one JSON document.</summary>
    internal static Option<bool> MakeJson() =>
        new("--json") { Description = "Print one versioned JSON document on standard output." };

    /// <summary>The option that leaves the order inside servers to the strategy.</summary>
    internal static Option<bool> MakeRelaxDispatch() => new("--relax-dispatch")
    {
        Description = "Let the strategy choose in which order a server handles what is ready, not first come, first served.",
    };

    /// <summary>Refuses to relax what no protocol has.</summary>
    internal static void RefuseUselessRelaxation(
        ParseResult parsed, Option<bool> option, IEnumerable<IProtocol> protocols)
    {
        if (parsed.GetValue(option) && protocols.All(static protocol => protocol.IsMonolithic))
        {
            throw CommandException.BadInput(option.Name, "has no effect without servers, and 'monolithic' has none");
        }
    }

    internal static Option<string> MakeProtocol(string description) => Make("--protocol", "P", description);

    internal static Option<string> MakeProfile() =>
        Make("--profile", "NAME", "Whose rules apply: managarm (default), linux or posix.");

    internal static Option<string> MakeDefect() =>
        Make("--defect", "NAME,..", "Plant defects; `defects list` names them.");

    internal static Option<string> MakeCalls() =>
        Make("--calls", "WHICH", "Cover the calls that Managarm has wired (wired, default), or as many as can be (all).");

    internal static bool CoversAll(ParseResult parsed, Option<string> option) => (parsed.GetValue(option) ?? "wired") switch
    {
        "wired" => false,
        "all" => true,
        string other => throw CommandException.BadInput(option.Name, $"'{other}' is neither wired nor all"),
    };

    internal static Option<string> MakeData() =>
        Make("--data", "DIR", $"Where results go (default {DataFolder.Default}).");

    internal static string DataDirectory(ParseResult parsed, Option<string> option, CommandContext context)
    {
        context.DataDirectory = DataFolder.Check(option.Name, parsed.GetValue(option) ?? DataFolder.Default);
        return context.DataDirectory;
    }

    /// <summary>Creates the data directory and proves that files can be written there, before hours of work rely on it.</summary>
    internal static void PrepareData(Option<string> option, string directory) => DataFolder.Prepare(option.Name, directory);

    /// <summary>The path that an argument gives; an empty one is refused.</summary>
    internal static string RequiredPath(ParseResult parsed, Argument<string> argument)
    {
        string path = parsed.GetRequiredValue(argument);
        RequirePath(path, argument.Name);
        return path;
    }

    /// <summary>Refuses an empty path, and a misspelt option that was taken for one.</summary>
    internal static void RequirePath(string path, string argument)
    {
        if (path.Length == 0)
        {
            throw CommandException.BadInput(argument, "a path is needed");
        }

        if (path.Length > 1 && path[0] == '-' && !Path.Exists(path))
        {
            throw CommandException.BadInput(path, "no such option, and no such file; see --help");
        }
    }

    internal static IReadOnlyList<IProtocol> Protocols(ParseResult parsed, Option<string> option)
    {
        string text = parsed.GetValue(option) ?? "tristate";
        if (text == "all")
        {
            return ProtocolCatalog.All.ToArray();
        }

        IProtocol[] protocols = [.. text.Split(',').Select(name => NamedThings.FindProtocol(option.Name, name))];
        IProtocol? twice = protocols.GroupBy(protocol => protocol.Name).FirstOrDefault(group => group.Count() > 1)?.First();
        return twice is null ? protocols : throw CommandException.BadInput(option.Name, $"'{twice.Name}' is named twice");
    }

    /// <summary>Which part of the work is this machine's: its number from 0, and how many parts there are.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="option">The option.</param>
    internal static (int Index, int Count) ShardOf(ParseResult parsed, Option<string> option)
    {
        string? text = parsed.GetValue(option);
        if (text is null)
        {
            return (0, 1);
        }

        string[] parts = text.Split('/');
        if (parts.Length != 2 || !TryReadPart(parts[0], out int index) || !TryReadPart(parts[1], out int count) || index > count)
        {
            throw CommandException.BadInput(option.Name, $"'{text}' is no part such as 1/4");
        }

        return (index - 1, count);
    }

    private static bool TryReadPart(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is >= 1 and <= 65_536;

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
        bool isNumber = double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value);
        double unitMilliseconds = text[digits.Length..] switch
        {
            "ms" => 1,
            "s" or "" => 1_000,
            "m" => 60_000,
            "h" => MillisecondsPerHour,
            _ => 0,
        };
        double milliseconds = value * unitMilliseconds;
        return isNumber && milliseconds is >= 1 and <= MaximumTimeHours * MillisecondsPerHour
            ? TimeSpan.FromMilliseconds(milliseconds)
            : throw CommandException.BadInput(
                option.Name, $"'{text}' is no time from 1ms to {MaximumTimeHours}h, such as 500ms, 1.5s, 5m or 8h");
    }

    internal static DefectSet Defects(ParseResult parsed, Option<string> option)
    {
        return parsed.GetValue(option) is { } text ? NamedThings.DefectsOf(option.Name, text.Split(',')) : default;
    }
}
