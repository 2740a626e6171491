// Saves what is needed to repeat a bug of this tool: the command line, the input, and the exception with its stack, which
// the user never sees unless they look. If even that fails, the report says so instead of hiding the first failure.

using System.Globalization;
using System.Text;

namespace Managarm.Perf.Results.Commands;

/// <summary>Reports of tool bugs.</summary>
internal static class ToolBugReport
{
    /// <summary>Saves a report.</summary>
    /// <param name="context">Where the command ran.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="failure">What happened.</param>
    /// <returns>The report's file, or why there is none.</returns>
    internal static string Save(CommandContext context, string[] arguments, Exception failure)
    {
        var text = new StringBuilder("Command line:\n");
        foreach (string argument in arguments)
        {
            text.Append("    ").Append(argument).Append('\n');
        }

        try
        {
            if (context.InputFile.Length > 0)
            {
                text.Append("\nInput ").Append(context.InputFile).Append(":\n");
                text.Append(File.ReadAllText(context.InputFile)).Append('\n');
            }

            text.Append('\n').Append(failure).Append('\n');
            string directory = Path.Combine(context.DataDirectory, "tool-bugs");
            Directory.CreateDirectory(directory);
            string stamp = DateTime.UtcNow.ToString("yyyyMMdd-HHmmss-fff", CultureInfo.InvariantCulture);
            string path = Path.Combine(directory, stamp + ".txt");
            File.WriteAllText(path, text.ToString());
            return path;
        }
        catch (Exception second) when (second is IOException or UnauthorizedAccessException)
        {
            return $"no file ({second.Message.ReplaceLineEndings(" ")})";
        }
    }
}
