// Options that several commands share, so that they are called, described and checked alike everywhere.

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Managarm.Perf.Bench;

/// <summary>Shared options.</summary>
internal static class CommonOptions
{
    private const double MinimumSeconds = 0.1;
    private const double MaximumSeconds = 3600;

    private const int MaximumSlowDown = 1000;

    internal static Option<double> Seconds(double byDefault = 10)
    {
        return new Option<double>("--seconds")
        {
            Description = $"About how long to measure, {MinimumSeconds} to {MaximumSeconds}; starting and warming up processes "
                + "comes on top.",
            DefaultValueFactory = _ => byDefault,
            CustomParser = ParseSeconds,
            HelpName = "N",
        };
    }

    internal static Option<string> Data() => new("--data")
    {
        Description = "Where runs leave their files; git ignores it.",
        DefaultValueFactory = _ => ".managarm-perf",
        HelpName = "DIR",
    };

    internal static Option<bool> Json() => new("--json") { Description = "Write one JSON document to the standard output." };

    internal static Option<int> SlowDown()
    {
        var option = new Option<int>("--slow-down")
        {
            Description = "Self-test: let the measured side do this many per cent of its operations twice.",
            HelpName = "PERCENT",
        };
        option.Validators.Add(result => RefuseOutside(result, 0, MaximumSlowDown));
        return option;
    }

    /// <summary>Refuses a whole number outside of a range.</summary>
    internal static void RefuseOutside(OptionResult result, int minimum, int maximum)
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        bool isNumber = int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value);
        if (result.Tokens.Count > 0 && !(isNumber && value >= minimum && value <= maximum))
        {
            result.AddError($"must be a whole number from {minimum} to {maximum}, not '{text}'");
        }
    }

    private static double ParseSeconds(ArgumentResult result)
    {
        const NumberStyles Styles = NumberStyles.AllowDecimalPoint;
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (double.TryParse(text, Styles, CultureInfo.InvariantCulture, out double seconds)
            && seconds is >= MinimumSeconds and <= MaximumSeconds)
        {
            return seconds;
        }

        result.AddError($"must be a number from {MinimumSeconds} to {MaximumSeconds}, not '{text}'");
        return 0;
    }
}
