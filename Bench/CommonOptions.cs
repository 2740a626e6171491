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

    internal static Option<double> Seconds()
    {
        return new Option<double>("--seconds")
        {
            Description = $"How long to measure, {MinimumSeconds} to {MaximumSeconds}.",
            DefaultValueFactory = _ => 10,
            CustomParser = ParseSeconds,
            HelpName = "N",
        };
    }

    internal static Option<bool> Json() => new("--json") { Description = "Write one JSON document to the standard output." };

    private static double ParseSeconds(ArgumentResult result)
    {
        const NumberStyles Styles = NumberStyles.AllowDecimalPoint;
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (double.TryParse(text, Styles, CultureInfo.InvariantCulture, out double seconds)
            && seconds is >= MinimumSeconds and <= MaximumSeconds)
        {
            return seconds;
        }

        result.AddError($"--seconds must be a number from {MinimumSeconds} to {MaximumSeconds}, not '{text}'");
        return 0;
    }
}
